// Comfort for evidence: files dropped on a criterion or on its page go up one by one, each with its own bar.
// Without this file the form on the page of the criterion sends them.
(() => {
  "use strict";
  const LIMIT = 20 * 1024 * 1024;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  const speaker = document.createElement("div");
  speaker.className = "visually-hidden";
  speaker.setAttribute("role", "status");
  document.body.append(speaker);

  const holdsFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const placeOf = (event) => event.target.closest?.("[data-drop]");
  let over = null;
  function light(place) {
    if (over === place) return;
    over?.classList.remove("dropping");
    place?.classList.add("dropping");
    over = place;
  }
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    // Beside a place a dropped file would open instead of this page, and what is typed would be gone.
    event.preventDefault();
    const place = placeOf(event);
    event.dataTransfer.dropEffect = place ? "copy" : "none";
    light(place);
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) light(null); });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    light(null);
    const place = placeOf(event);
    if (place) send(place, [...event.dataTransfer.files], {});
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]")) return;
    const files = [...form.elements.file.files];
    if (!files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const more = Object.fromEntries(["page", "quotation"].map((name) => [name, form.elements[name].value]));
    send(form.closest("[data-drop]"), files, more);
  }, true);

  async function send(place, files, more) {
    const lines = files.map((file) => [file, lineFor(place, file)]);
    let kept = 0;
    for (const [file, line] of lines) kept += (await sendOne(place, file, line, more)) ? 1 : 0;
    const failed = files.length - kept;
    speaker.textContent = `Đã nhận ${kept} tệp.${failed ? ` ${failed} tệp chưa nhận được.` : ""}`;
    if (!kept || !place.hasAttribute("data-reload")) return;
    if (failed) await renew(place);
    else location.reload();
  }
  // The list anew; what was refused stays said below it, and is not sent a second time.
  async function renew(place) {
    const input = place.querySelector("form[data-upload] input[type=file]");
    input.value = "";
    input.dispatchEvent(new Event("change"));
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".proofs .checks");
    if (fresh) place.querySelector(".checks").replaceWith(fresh);
  }

  function lineFor(place, file) {
    let list = place.querySelector(".uploads");
    if (!list) {
      list = document.createElement("ul");
      list.className = "uploads";
      (place.querySelector("[data-uploads]") || place).append(list);
    }
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `Đang gửi ${file.name}`);
    const state = document.createElement("span");
    state.className = "upload-state";
    state.textContent = "chờ gửi";
    line.append(name, bar, state);
    list.append(line);
    return line;
  }
  function end(line, words, isKept) {
    line.querySelector("progress").remove();
    line.classList.add(isKept ? "kept" : "refused");
    line.querySelector(".upload-state").textContent = words;
    if (!isKept) line.querySelector(".upload-state").setAttribute("role", "alert");
    return isKept;
  }

  function sendOne(place, file, line, more) {
    if (file.size > LIMIT) return end(line, "lớn hơn 20 MB. Hãy tách hoặc nén tệp.", false);
    if (!file.size) return end(line, "tệp rỗng. Hãy chọn lại tệp.", false);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    Object.entries(more).forEach(([name, value]) => body.append(name, value));
    body.append("file", file);
    const bar = line.querySelector("progress");
    const state = line.querySelector(".upload-state");
    return new Promise((answer) => {
      const request = new XMLHttpRequest();
      request.open("POST", place.dataset.drop);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token);
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        bar.value = (100 * event.loaded) / event.total;
        state.textContent = bar.value < 100 ? `${Math.floor(bar.value)}%` : "đang kiểm tra";
      });
      request.addEventListener("error", () => answer(end(line, "mất kết nối. Hãy gửi lại tệp này.", false)));
      request.addEventListener("load", () => answer(taken(place, file, line, request)));
      request.send(body);
    });
  }
  function taken(place, file, line, request) {
    let data = { errors: ["máy chủ chưa nhận được tệp này. Hãy gửi lại."] };
    try { data = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
    if (request.status !== 200 || !("count" in data)) return end(line, (data.errors || []).join(" ").replace(`${file.name}: `, ""), false);
    count(place, data.count);
    return end(line, "đã nhận", true);
  }
  function count(place, number) {
    const proofs = place.querySelector("[data-proofs]");
    if (!proofs) return;
    proofs.textContent = number;
    const link = proofs.closest(".proof");
    if (!link.classList.contains("lacking")) return;
    link.classList.remove("lacking");
    const left = document.querySelector("[data-count='thieu-minh-chung']");
    if (left) left.textContent = Math.max(0, Number(left.textContent) - 1);
  }
})();
