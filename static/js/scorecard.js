// Comfort on the score entry page: each cell is saved as it is left. Without this file the form saves as a whole.
(() => {
  "use strict";
  const form = document.querySelector("form[data-card]");
  if (!form || !form.dataset.stage) return;
  document.documentElement.classList.add("has-script");
  form.querySelectorAll("[data-hint]").forEach((hint) => { hint.hidden = false; });
  const stateLine = form.querySelector("[data-save-state]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const CHECK = form.querySelector("[data-state] svg")?.outerHTML || "✓";
  const KEY = `card-${form.dataset.key}-${form.dataset.stage}`;
  const WEEK = 7 * 24 * 3600 * 1000;
  const rows = [...form.querySelectorAll("tr[data-row]")].filter((row) => row.querySelector("[data-version]"));
  const waiting = new Set();
  const unsaved = new Set();

  const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];
  const find = (row, what) => row.querySelector(`[data-${what}]`);

  // What a row holds, as the server wants it.
  function bodyOf(row) {
    const body = new URLSearchParams();
    body.set("stage", form.dataset.stage);
    body.set("criterion", row.dataset.row);
    body.set("csrfmiddlewaretoken", token);
    [...cellsOf(row), find(row, "version")].forEach((cell) => {
      if (cell.type === "checkbox" && !cell.checked) return;
      body.append(cell.name, cell.value);
    });
    return body;
  }
  const typed = (row) => cellsOf(row).map((cell) => (cell.type === "checkbox" ? cell.checked : cell.value.trim())).join("\u0001");
  rows.forEach((row) => { row.dataset.was = typed(row); });

  // A small store, so that what was typed outlives a lost session. Erased once saved, at sign-out, after a week.
  const store = {
    read() {
      try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
    },
    write(kept) {
      try {
        if (Object.keys(kept).length) localStorage.setItem(KEY, JSON.stringify(kept));
        else localStorage.removeItem(KEY);
      } catch { /* a full or forbidden store is no reason to stop */ }
    },
    keep(row) {
      const kept = this.read();
      kept[row.dataset.row] = { at: Date.now(), values: cellsOf(row).map((cell) => (cell.type === "checkbox" ? cell.checked : cell.value)) };
      this.write(kept);
    },
    drop(row) {
      const kept = this.read();
      delete kept[row.dataset.row];
      this.write(kept);
    },
  };

  function say(words, isFailing) {
    stateLine.textContent = words;
    stateLine.classList.toggle("failing", Boolean(isFailing));
  }
  function settle() {
    if (unsaved.size) say(`${unsaved.size} ô chưa lưu được`, true);
    else if (waiting.size) say("Đang lưu…");
  }
  function mark(row, state, title) {
    const sign = find(row, "state");
    sign.className = `saved-mark ${state}`;
    if (title !== undefined) sign.title = title;
    if (state === "saving") sign.textContent = "…";
    else if (state === "failed") sign.textContent = "✕";
    else sign.innerHTML = CHECK; // our own drawing, copied from this page
  }
  function fault(row, sentences) {
    const box = find(row, "error");
    box.textContent = sentences.join(" ");
    box.hidden = !sentences.length;
    cellsOf(row).forEach((cell) => {
      if (sentences.length) cell.setAttribute("aria-invalid", "true");
      else cell.removeAttribute("aria-invalid");
    });
  }

  async function save(row) {
    if (row.dataset.busy) {
      row.dataset.again = "yes";
      return;
    }
    const now = typed(row);
    if (now === row.dataset.was && !unsaved.has(row)) return;
    row.dataset.busy = "yes";
    waiting.add(row);
    store.keep(row);
    mark(row, "saving", "Đang lưu");
    settle();
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST",
        body: bodyOf(row),
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        credentials: "same-origin",
      });
      // A sign-in page that we were sent to may answer in JSON too; it has saved nothing.
      const isJson = !answer.redirected && (answer.headers.get("content-type") || "").includes("json");
      if (!isJson) lost(row, answer);
      else if (answer.status === 409) conflict(row, await answer.json());
      else if (answer.ok) saved(row, now, await answer.json());
      else refused(row, (await answer.json()).errors);
    } catch {
      failed(row, "Mất kết nối. Hệ thống sẽ lưu lại khi có mạng; anh, chị cứ nhập tiếp.");
      setTimeout(() => save(row), 5000);
    } finally {
      delete row.dataset.busy;
      waiting.delete(row);
      if (!unsaved.size && !waiting.size) settle();
      if (row.dataset.again) {
        delete row.dataset.again;
        save(row);
      }
    }
  }

  function lost(row, answer) {
    const isSession = answer.redirected || answer.status === 403;
    failed(row, isSession
      ? "Phiên làm việc đã hết. Hãy đăng nhập lại: điều đã gõ được giữ trong trình duyệt này."
      : "Máy chủ chưa lưu được ô này. Hãy thử lại.");
  }
  function failed(row, words) {
    unsaved.add(row);
    mark(row, "failed", "Chưa lưu");
    fault(row, [words]);
    settle();
  }
  function refused(row, sentences) {
    unsaved.add(row);
    store.drop(row);
    mark(row, "failed", "Chưa lưu");
    fault(row, sentences);
    settle();
  }

  function saved(row, was, data) {
    unsaved.delete(row);
    store.drop(row);
    row.dataset.was = was;
    find(row, "version").value = data.version;
    fault(row, []);
    clearConflict(row);
    show(row, "points", data.points);
    const na = find(row, "na");
    if (na) {
      na.textContent = data.na;
      na.hidden = !data.na;
    }
    row.classList.toggle("missing", data.isMissing);
    mark(row, "", data.saved);
    if (data.isMissing) find(row, "state").textContent = "";
    const cell = row.querySelector("[data-edited]");
    if (cell) cell.classList.toggle("differs", data.differs);
    const reason = find(row, "reason-box");
    if (reason) {
      const wasHidden = reason.hidden;
      reason.hidden = !data.asksReason;
      // Only when the person is still here: somebody who runs down the column is not called back.
      if (wasHidden && data.differs && row.contains(document.activeElement)) reason.querySelector("input").focus();
    }
    totals(data);
    renew();
    say(`Đã lưu lúc ${data.saved.split(" ")[0]}`);
  }
  function show(row, what, text) {
    const place = find(row, what);
    if (place) place.textContent = text;
  }
  // A saved cell may settle what greyed a button: the acts above the table are drawn anew by the server.
  let later;
  function renew() {
    clearTimeout(later);
    later = setTimeout(async () => {
      const acts = document.querySelector(".actions");
      if (!acts || waiting.size || acts.contains(document.activeElement) || acts.querySelector("details[open]")) return;
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".actions");
        if (!fresh || waiting.size || acts.contains(document.activeElement)) return;
        fresh.querySelectorAll("[data-close]").forEach((button) => { button.hidden = false; });
        acts.replaceChildren(...fresh.childNodes);
      } catch { /* the old words stay until the page is opened again */ }
    }, 900);
  }
  let newest = 0;
  function totals(data) {
    // Answers may overtake one another; only the newest speaks for the whole card.
    if (data.stamp < newest) return;
    newest = data.stamp;
    form.querySelectorAll("tr[data-group]").forEach((group) => {
      const sum = group.querySelector("[data-sum]");
      if (sum && group.dataset.group in data.groups) sum.textContent = data.groups[group.dataset.group];
    });
    form.querySelectorAll("[data-total], [data-total-short]").forEach((place) => { place.textContent = data.total; });
    form.querySelectorAll("[data-sentence]").forEach((place) => { place.textContent = data.totalSentence; });
    document.querySelectorAll("[data-progress]").forEach((place) => { place.textContent = `${data.done}/${data.of}`; });
    const counts = { "chua-cham": data.of - data.done, "khac-nhau": data.different };
    Object.entries(counts).forEach(([name, count]) => {
      const place = form.querySelector(`[data-count="${name}"]`);
      if (place) place.textContent = count;
    });
  }

  // Somebody else was first: both values, and a choice.
  function conflict(row, data) {
    unsaved.add(row);
    mark(row, "failed", "Có người sửa trước");
    fault(row, []);
    clearConflict(row);
    settle();
    const box = document.createElement("div");
    box.className = "cell-conflict";
    box.setAttribute("role", "alert");
    const words = document.createElement("div");
    words.textContent = `${data.by || "Người khác"} đã lưu “${data.theirs}”${data.at ? ` lúc ${data.at}` : ""}. Anh, chị gõ “${data.mine}”.`;
    const mine = button(`Dùng “${data.mine}”`, () => {
      find(row, "version").value = data.version;
      save(row);
    });
    const theirs = button(`Giữ “${data.theirs}”`, () => {
      fill(row, data);
      find(row, "version").value = data.version;
      row.dataset.was = typed(row);
      unsaved.delete(row);
      store.drop(row);
      clearConflict(row);
      mark(row, "", data.at);
      show(row, "points", data.theirs);
      settle();
      if (!unsaved.size) say("Đã giữ giá trị đang lưu");
    });
    box.append(words, mine, theirs);
    find(row, "error").after(box);
    mine.focus();
  }
  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-secondary btn-sm";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }
  const clearConflict = (row) => row.querySelectorAll(".cell-conflict").forEach((box) => box.remove());
  function fill(row, data) {
    const values = { ...data.values, reason: data.reason };
    cellsOf(row).forEach((cell) => {
      const value = values[cell.name.replace(/^c\d+-/, "")] || "";
      if (cell.type === "checkbox") cell.checked = value.split("\n").includes(cell.value);
      else cell.value = value;
    });
  }

  // Saving: when a row is left, when a choice is made, on Enter.
  form.addEventListener("focusout", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row || !event.target.matches("[data-cell]")) return;
    if (event.relatedTarget && row.contains(event.relatedTarget) && event.relatedTarget.matches("[data-cell]")) return;
    save(row);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("select[data-cell], input[type=checkbox][data-cell]")) save(event.target.closest("tr[data-row]"));
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-cell]")) store.keep(event.target.closest("tr[data-row]"));
  });

  // Moving: Enter and the arrows run down the column of figures.
  const column = () => [...form.querySelectorAll("tr[data-row] .fields [data-cell]")].filter((cell) => cell.offsetParent);
  function move(from, step) {
    const all = column();
    const target = all[all.indexOf(from) + step];
    if (!target) return false;
    target.focus();
    if (target.select) target.select();
    return true;
  }
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("[data-cell]") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && cell.tagName !== "TEXTAREA") {
      event.preventDefault();
      if (!cell.closest(".fields") || !move(cell, event.shiftKey ? -1 : 1)) save(cell.closest("tr[data-row]"));
    } else if (cell.matches("input.cell") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(cell, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "=" && form.dataset.stage === "bloc" && cell.matches("input.cell")) {
      const own = cell.closest("tr").querySelector("td.stage:not(.editing)");
      event.preventDefault();
      cell.value = own ? own.firstChild.textContent.trim() : "";
      move(cell, 1);
    } else if (event.key === "Escape" && cell.defaultValue !== undefined && cell.type !== "checkbox") {
      cell.value = cell.defaultValue;
    }
  });

  // A column copied from Excel fills the cells from here down.
  form.addEventListener("paste", (event) => {
    const cell = event.target;
    if (!cell.matches("input.cell")) return;
    const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
    if (lines.length < 2) return;
    event.preventDefault();
    const all = column().filter((one) => one.matches("input.cell, select.cell"));
    const start = all.indexOf(cell);
    const touched = new Set();
    lines.forEach((line, index) => {
      const target = all[start + index];
      const value = line.split("\t")[0].trim();
      if (!target || (target.tagName === "SELECT" && !choose(target, value))) return;
      if (target.tagName === "INPUT") target.value = value;
      touched.add(target.closest("tr[data-row]"));
    });
    touched.forEach((row) => save(row));
  });
  function choose(select, value) {
    const option = [...select.options].find((one) => one.value === value || one.text.split(":")[0].trim().toLowerCase() === value.toLowerCase());
    if (option) select.value = option.value;
    return Boolean(option);
  }

  // The acts under the table send only what they need; unsaved cells are saved first.
  form.addEventListener("submit", (event) => {
    const by = event.submitter;
    if (by?.hasAttribute("data-needs-chosen") && !form.querySelector(".choose:checked")) {
      event.preventDefault();
      say("Hãy đánh dấu ít nhất một tiêu chí.", true);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size || waiting.size) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) {
      Object.keys(localStorage).filter((key) => key.startsWith("card-")).forEach((key) => localStorage.removeItem(key));
    }
  });

  // What was typed before the session was lost comes back and is saved.
  const kept = store.read();
  let restored = 0;
  rows.forEach((row) => {
    const one = kept[row.dataset.row];
    if (!one) return;
    if (Date.now() - one.at > WEEK || row.querySelector("[aria-invalid]")) {
      store.drop(row);
      return;
    }
    cellsOf(row).forEach((cell, index) => {
      if (cell.type === "checkbox") cell.checked = one.values[index];
      else cell.value = one.values[index] ?? cell.value;
    });
    if (typed(row) === row.dataset.was) store.drop(row);
    else {
      restored += 1;
      save(row);
    }
  });
  if (restored) say(`Đã khôi phục ${restored} ô gõ trước đó`);
})();
