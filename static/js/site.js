// Comfort only: every page works without this file. Behaviour hangs on data- attributes.
(() => {
  "use strict";

  // Ask once before sending: <button data-confirm="Gửi …?">. Returns a promise of the answer.
  function ask(question, label) {
    const dialog = document.createElement("dialog");
    dialog.className = "confirm";
    const words = document.createElement("p");
    words.id = "confirm-words";
    words.textContent = question;
    dialog.setAttribute("aria-labelledby", words.id);
    const yes = document.createElement("button");
    yes.className = "btn btn-primary";
    yes.textContent = label;
    yes.value = "yes";
    const no = document.createElement("button");
    no.className = "btn btn-link";
    no.textContent = "Thôi";
    const form = document.createElement("form");
    form.method = "dialog";
    form.className = "buttons";
    form.append(yes, no);
    dialog.append(words, form);
    document.body.append(dialog);
    return new Promise((answer) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        answer(dialog.returnValue === "yes");
      });
      dialog.showModal();
      no.focus();
    });
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const grey = target.closest("[aria-disabled='true']");
    if (grey) {
      event.preventDefault();
      return;
    }
    const button = target.closest("button[data-confirm]");
    if (button && button.form && !button.dataset.confirmed) {
      event.preventDefault();
      if (!button.form.reportValidity()) return;
      ask(button.dataset.confirm, button.textContent.trim()).then((isYes) => {
        if (!isYes) {
          button.focus();
          return;
        }
        button.dataset.confirmed = "yes";
        button.form.requestSubmit(button);
        delete button.dataset.confirmed;
      });
      return;
    }
    if (target.closest("[data-close]")) {
      const holder = target.closest("details");
      holder.open = false;
      holder.querySelector("summary").focus();
    }
    if (target.closest("[data-print]")) window.print();
    // A menu that is open closes when one presses beside it.
    document.querySelectorAll("details[data-popover][open]").forEach((open) => {
      if (!open.contains(target)) open.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-popover][open]").forEach((open) => {
      open.open = false;
      open.querySelector("summary").focus();
    });
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.ask[open]")) event.target.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  }, true);

  // A form is sent once. The button is disabled after its own value has been collected.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const buttons = [...form.elements].filter((element) => element.type === "submit");
    setTimeout(() => buttons.forEach((button) => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    }));
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      [...form.elements].forEach((element) => {
        if (element.getAttribute("aria-busy")) {
          element.disabled = false;
          element.removeAttribute("aria-busy");
        }
      });
    });
  });

  // <form data-guard>: leaving with something typed and not sent asks first.
  let isTyped = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) isTyped = true;
    if (event.target.dataset.word) {
      const at = event.target.selectionStart;
      const composed = event.target.value.normalize("NFC");
      if (composed !== event.target.value) {
        event.target.value = composed;
        event.target.setSelectionRange(at, at);
      }
    }
  });
  document.addEventListener("submit", () => { isTyped = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isTyped) event.preventDefault();
  });

  // A table that does not slide is no stop for the Tab key.
  function settle() {
    document.querySelectorAll("[data-scroll]").forEach((box) => {
      const table = box.firstElementChild;
      box.classList.toggle("fits", innerWidth > 1200 && table.scrollWidth <= box.clientWidth + 1);
      const slides = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (slides) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  // The browser writes “Choose File” in its own language: our own button stands in front of it.
  function dress(input) {
    if (input.dataset.dressed || input.hidden || !input.id) return;
    input.dataset.dressed = "yes";
    const box = document.createElement("span");
    box.className = "file-pick";
    const pick = document.createElement("label");
    pick.className = "btn btn-secondary btn-sm";
    pick.htmlFor = input.id;
    pick.textContent = "Chọn tệp";
    const name = document.createElement("span");
    name.className = "file-name";
    const tell = () => { name.textContent = [...input.files].map((file) => file.name).join(", ") || "Chưa chọn tệp nào"; };
    tell();
    input.addEventListener("change", tell);
    box.append(pick, name);
    input.classList.add("visually-hidden");
    input.after(box);
  }

  function begin() {
    document.querySelectorAll("input[type=file]").forEach(dress);
    // On a narrow screen the part of the year that one is in slides into sight.
    const part = document.querySelector(".tabs .here");
    if (part) {
      const strip = part.closest(".tabs");
      strip.scrollLeft = part.offsetLeft - strip.offsetLeft - (strip.clientWidth - part.offsetWidth) / 2;
    }
    document.querySelectorAll("[data-close]").forEach((button) => { button.hidden = false; });
    const wrong = document.querySelector("[data-error], [aria-invalid='true']:not([type=hidden])");
    if (wrong) wrong.focus();
    settle();
  }
  window.addEventListener("resize", settle);
  document.addEventListener("htmx:afterSettle", settle);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
