// Comfort on the pages where scores are entered (a card, a card across): each cell is saved as it is left. Without this file the form saves as a whole.
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
  const valuesOf = (row) => cellsOf(row).map((cell) => (cell.type === "checkbox" ? cell.checked : cell.value));
  const asText = (values) => values.map((value) => (typeof value === "string" ? value.trim() : value)).join("\u0001");
  const typed = (row) => asText(valuesOf(row));
  // What the server holds of each row, to compare with and to go back to.
  const settled = new Map(rows.map((row) => [row, valuesOf(row)]));
  const isTouched = (row) => typed(row) !== asText(settled.get(row));
  function put(row, values) {
    cellsOf(row).forEach((cell, index) => {
      if (cell.type === "checkbox") cell.checked = values[index];
      else if (values[index] !== undefined && cell.value !== values[index]) cell.value = values[index];
    });
  }
  // What the server says now stands in a row, in the order of its cells.
  function standing(row, data) {
    const values = { ...data.values, reason: data.reason };
    return cellsOf(row).map((cell) => {
      const value = values[cell.name.replace(/^c\d+-/, "")] || "";
      return cell.type === "checkbox" ? value.split("\n").includes(cell.value) : value;
    });
  }
  // A cell holds one thing: figures, or the word that the criterion does not apply. The last one typed wins.
  const NA = { kg: "kg", "không giao": "kg", kps: "kps", "không phát sinh": "kps" };
  const naIn = (part) => (part.type !== "checkbox" || part.checked ? NA[plainly(part.value)] : undefined);
  function empty(part) {
    if (part.type === "checkbox") part.checked = false;
    else part.value = "";
  }
  function oneThing(row, last) {
    if (!last.matches(".fields [data-cell]") || (last.type === "checkbox" ? !last.checked : !last.value)) return;
    const isNa = Boolean(naIn(last));
    partsOf(row).filter((part) => part !== last && (isNa || naIn(part))).forEach(empty);
  }

  // Undo: what stood in the rows before a change; a pasted column is one change.
  const changes = [];
  const undoButton = form.querySelector("[data-undo]");
  function remember(touched) {
    const change = touched.filter(isTouched).map((row) => ({ row, values: settled.get(row) }));
    const last = changes.at(-1);
    const isKnown = last?.length === change.length && change.every((one, index) => one.row === last[index].row && one.values === last[index].values);
    if (change.length && !isKnown) changes.push(change);
    tellUndo();
  }
  function tellUndo() {
    const last = changes.at(-1);
    undoButton.hidden = !last;
    undoButton.title = last ? `Hoàn tác ${last.map((one) => one.row.dataset.code).join(", ")}` : "";
  }
  function undo() {
    const change = changes.pop();
    tellUndo();
    if (!change) return;
    change.forEach(({ row, values }) => {
      put(row, values);
      if (isTouched(row) || row.dataset.busy) save(row);
      else clear(row);
    });
    const first = change[0].row.querySelector(".fields [data-cell]");
    first.focus();
    const codes = change.map((one) => one.row.dataset.code);
    announce(`Đã hoàn tác ${codes.length > 3 ? `${codes.length} tiêu chí` : codes.join(", ")}.`);
  }
  undoButton.addEventListener("click", undo);

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
      kept[row.dataset.row] = { at: Date.now(), values: valuesOf(row) };
      this.write(kept);
    },
    drop(row) {
      const kept = this.read();
      delete kept[row.dataset.row];
      this.write(kept);
    },
  };

  function say(words, isFailing, unseen) {
    stateLine.textContent = words;
    stateLine.classList.toggle("failing", Boolean(isFailing));
    if (!unseen) return;
    const more = document.createElement("span");
    more.className = "visually-hidden";
    more.textContent = ` ${unseen}`;
    stateLine.append(more);
  }
  // Said beside the state of saving, which changes by the second.
  const noticeLine = form.querySelector("[data-notice]");
  let noticeEnds;
  function announce(words) {
    noticeLine.textContent = words;
    clearTimeout(noticeEnds);
    noticeEnds = setTimeout(() => { noticeLine.textContent = ""; }, 12000);
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
    const now = valuesOf(row);
    if (!isTouched(row) && !unsaved.has(row)) return;
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
      const isJson = (answer.headers.get("content-type") || "").includes("json");
      const data = isJson ? await answer.json() : null;
      if (!data || [401, 403].includes(answer.status)) lost(row, answer);
      else if (data.isLost) failed(row, data.errors.join(" "));
      else if (answer.status === 409) conflict(row, data);
      else if (answer.ok) saved(row, now, data);
      else refused(row, data.errors);
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

  // No session, or another one than this page was opened with: what was typed waits in this browser.
  function lost(row, answer) {
    const isOver = answer.status === 401;
    if (isOver) failed(row, "Phiên làm việc đã hết. Hãy đăng nhập lại ở thẻ khác rồi quay lại đây: điều đã gõ được giữ trong trình duyệt này.");
    else if (answer.status === 403) failed(row, "Anh, chị đã đăng nhập lại. Hãy tải lại trang này: điều đã gõ được giữ và sẽ được lưu.");
    else failed(row, "Máy chủ chưa lưu được ô này. Hãy thử lại.");
    if (isOver || answer.status === 403) {
      ended.add(row);
      const act = isOver ? link("Đăng nhập lại", form.dataset.signIn) : button("Tải lại trang", () => { isSending = true; location.reload(); });
      find(row, "error").append(" ", act);
    }
  }
  // Back from signing in elsewhere: try again, so that the cell says what is to be done now.
  const ended = new Set();
  window.addEventListener("focus", () => {
    const again = [...ended];
    ended.clear();
    again.forEach((row) => save(row));
  });
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
    clearConflict(row);
    fault(row, []);
    stand(row, data, was);
    const note = find(row, "note");
    if (note) {
      note.textContent = data.note;
      note.hidden = !data.note;
    }
    const cell = row.querySelector("[data-edited]");
    if (cell) cell.classList.toggle("differs", data.differs);
    const reason = find(row, "reason-box");
    if (reason) {
      const wasHidden = reason.hidden;
      reason.hidden = !data.asksReason && !(row.dataset.crossed && data.points !== row.dataset.crossed);
      // Only when the person is still here: somebody who runs down the column is not called back.
      if (wasHidden && data.differs && row.contains(document.activeElement)) reason.querySelector("input").focus();
    }
    totals(data);
    renew();
    explain(row, data);
    if (unsaved.size) settle();
    else say(`Đã lưu lúc ${data.saved.split(" ")[0]}`, false, `${row.dataset.code}: ${data.na || data.points || "chưa chấm"}`);
  }
  // The row shows what is stored, unless something newer has been typed meanwhile.
  function stand(row, data, was) {
    const isNewer = typed(row) !== asText(was);
    settled.set(row, standing(row, data));
    find(row, "version").value = data.version;
    if (isNewer) store.keep(row);
    else {
      put(row, settled.get(row));
      store.drop(row);
    }
    show(row, "points", data.points);
    const na = find(row, "na");
    if (na) {
      na.textContent = data.na;
      na.hidden = !data.na;
    }
    row.classList.toggle("missing", data.isMissing);
    mark(row, "", data.saved);
    if (data.isMissing) find(row, "state").textContent = "";
  }
  // The sentence that lets anybody recompute the mark, under the criterion.
  function explain(row, data) {
    const notes = find(row, "notes");
    if (!notes) return;
    let note = notes.querySelector(`[data-of="${form.dataset.stage}"]`);
    if (data.isMissing) {
      if (note) note.remove();
      return;
    }
    if (!note) {
      note = document.createElement("p");
      note.dataset.of = form.dataset.stage;
      notes.append(note);
    }
    const head = document.createElement("strong");
    head.textContent = `${form.dataset.stageLabel}${data.points ? `: ${data.points}` : ""}.`;
    note.replaceChildren(head, ` ${data.sentence}`);
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
        const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok) return;
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
    words.textContent = `${data.by || "Người khác"} đã lưu “${data.theirs}”${data.saved ? ` lúc ${data.saved}` : ""}. Anh, chị gõ “${data.mine}”.`;
    const sent = valuesOf(row);
    const mine = button(`Dùng “${data.mine}”`, () => {
      put(row, sent);
      find(row, "version").value = data.version;
      save(row);
    });
    const theirs = button(`Giữ “${data.theirs}”`, () => {
      unsaved.delete(row);
      clearConflict(row);
      stand(row, data, valuesOf(row));
      explain(row, data);
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
  function link(label, address) {
    const made = document.createElement("a");
    made.href = address;
    made.target = "_blank";
    made.textContent = label;
    return made;
  }
  const clearConflict = (row) => row.querySelectorAll(".cell-conflict").forEach((box) => box.remove());

  // A change that a person made is remembered once, then saved.
  function leave(...touched) {
    remember(touched.filter((row) => !row.dataset.busy));
    touched.forEach((row) => save(row));
  }

  // Saving: when a row is left, when a choice is made, on Enter.
  form.addEventListener("focusout", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row || !event.target.matches("[data-cell]")) return;
    if (event.relatedTarget && row.contains(event.relatedTarget) && event.relatedTarget.matches("[data-cell]")) return;
    leave(row);
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("select[data-cell], input[type=checkbox][data-cell]")) return;
    const row = event.target.closest("tr[data-row]");
    oneThing(row, event.target);
    leave(row);
  });
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-cell]")) return;
    const row = event.target.closest("tr[data-row]");
    oneThing(row, event.target);
    store.keep(row);
  });
  form.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-put]");
    if (!chosen) return;
    const row = chosen.closest("tr[data-row]");
    const part = partsOf(row)[0];
    part.value = chosen.dataset.put;
    oneThing(row, part);
    leave(row);
    part.focus();
  });

  // Moving as in a spreadsheet: rows down, the parts of a criterion across.
  const isSeen = (cell) => Boolean(cell.offsetParent);
  const partsOf = (row) => [...row.querySelectorAll(".fields [data-cell]")].filter(isSeen);
  const stopsOf = (row) => [...row.querySelectorAll(".fields [data-cell], .reason [data-cell]")].filter(isSeen);
  const grid = () => rows.filter((row) => partsOf(row).length);
  function enter(cell) {
    if (!cell) return false;
    cell.focus();
    if (cell.select && cell.type !== "checkbox") cell.select();
    return true;
  }
  function down(from, step) {
    const row = from.closest("tr[data-row]");
    const all = grid();
    const place = partsOf(row).indexOf(from);
    const target = all[all.indexOf(row) + step];
    if (!target) return false;
    const parts = partsOf(target);
    return enter(parts[place] || parts[0]);
  }
  function along(from, step) {
    const all = grid().flatMap(stopsOf);
    return enter(all[all.indexOf(from) + step]);
  }
  // Within a text the arrows move the caret; at its end, or where all is marked, they leave the cell.
  function isAtEdge(cell, step) {
    if (!cell.matches("input:not([type=checkbox])")) return cell.type === "checkbox";
    const isWhole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    return isWhole || (cell.selectionStart === cell.selectionEnd && cell.selectionStart === (step > 0 ? cell.value.length : 0));
  }
  const isOpen = (select) => { try { return select.matches("select:open"); } catch { return false; } };

  function across(cell, step) {
    const stops = stopsOf(cell.closest("tr[data-row]"));
    const target = stops[stops.indexOf(cell) + step];
    if (target) return enter(target);
    return step < 0 && enter(cell.closest("tr").querySelector(".more summary"));
  }
  const MOVES = {
    Enter: (cell, event) => down(cell, event.shiftKey ? -1 : 1) || (leave(cell.closest("tr[data-row]")), true),
    ArrowDown: (cell) => down(cell, 1),
    ArrowUp: (cell) => down(cell, -1),
    ArrowRight: (cell) => isAtEdge(cell, 1) && across(cell, 1),
    ArrowLeft: (cell) => isAtEdge(cell, -1) && across(cell, -1),
    Tab: (cell, event) => along(cell, event.shiftKey ? -1 : 1),
    Home: (cell) => stopsOf(cell.closest("tr")).length > 1 && enter(stopsOf(cell.closest("tr"))[0]),
    End: (cell) => stopsOf(cell.closest("tr")).length > 1 && enter(stopsOf(cell.closest("tr")).at(-1)),
    Escape: (cell) => restore(cell.closest("tr[data-row]")),
    "=": (cell) => ["bloc", "cross"].includes(form.dataset.stage) && cell.matches("input.cell") && asOwn(cell),
  };
  function asOwn(cell) {
    const own = cell.closest("tr").querySelector("td.stage:not(.editing)");
    cell.value = own ? own.firstChild.textContent.trim() : "";
    return down(cell, 1) || (leave(cell.closest("tr[data-row]")), true);
  }
  function restore(row) {
    if (!isTouched(row) && !unsaved.has(row)) return false;
    put(row, settled.get(row));
    clear(row);
    return true;
  }
  // The row is again as the server holds it.
  function clear(row) {
    unsaved.delete(row);
    store.drop(row);
    fault(row, []);
    mark(row, "", "");
    if (row.classList.contains("missing")) find(row, "state").textContent = "";
    say("");
    settle();
  }
  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      withControl(event, cell);
      return;
    }
    if (cell.matches("tr[data-row] .more summary, tr[data-row] .proof")) {
      beside(event, cell);
      return;
    }
    if (!cell.matches("[data-cell]") || cell.tagName === "TEXTAREA" && event.key !== "Tab" || isOpen(cell)) return;
    if (!cell.closest(".fields, .reason")) return;
    if (event.shiftKey && !["Enter", "Tab"].includes(event.key)) return;
    // In the room of the reason the arrows up and down belong to the list of usual reasons.
    if (cell.matches("[list]") && ["ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (Object.hasOwn(MOVES, event.key) && MOVES[event.key](cell, event)) event.preventDefault();
  });
  function withControl(event, cell) {
    const isIn = cell.closest("tr[data-row]");
    if (event.key === "z" && !event.shiftKey && !(isIn && cell.matches("[data-cell]") && isTouched(isIn)) && changes.length) {
      event.preventDefault();
      undo();
    } else if (isIn && cell.matches("[data-cell]") && ["Home", "End"].includes(event.key)) {
      event.preventDefault();
      enter(partsOf(event.key === "Home" ? grid()[0] : grid().at(-1))[0]);
    }
  }
  // Left of the cells of a criterion: its explanation, then its evidence.
  function beside(event, cell) {
    const row = cell.closest("tr");
    const isSummary = cell.matches("summary");
    const target = {
      ArrowRight: isSummary ? stopsOf(row)[0] : row.querySelector(".more summary"),
      ArrowLeft: isSummary ? row.querySelector(".proof") : null,
    }[event.key];
    if (target && enter(target)) event.preventDefault();
  }

  // A column copied from Excel fills the criteria from here down, more columns the parts of each; the server reads it.
  form.addEventListener("paste", async (event) => {
    const cell = event.target;
    const row = cell.closest("tr[data-row]");
    if (!cell.matches(".fields [data-cell]") || cell.tagName === "TEXTAREA") return;
    const text = event.clipboardData.getData("text");
    if (cell.matches("input:not([type=checkbox])") && !window.Pasting.isTable(text) && !wordFor(text)) return;
    event.preventDefault();
    const all = [...form.querySelectorAll("tbody tr")];
    const filled = grid();
    const lines = all.slice(all.indexOf(row)).map((one) => ({
      row: one, parts: filled.includes(one) ? partsOf(one) : [], aside: !one.matches("[data-row]"),
    }));
    const asked = { text, rows: lines, place: partsOf(row).indexOf(cell), words: mayNotApply ? NA : {} };
    const sign = find(row, "state");
    const before = sign.cloneNode(true);
    mark(row, "saving", "Đang đọc bảng dán");
    try {
      const data = await window.Pasting.read(form.dataset.paste, token, asked);
      sign.replaceWith(before);
      fillIn(lines, data);
    } catch (broken) {
      sign.replaceWith(before);
      announce(broken.message);
    }
  });
  function fillIn(lines, data) {
    data.rows.forEach((one) => {
      const { parts } = lines[one.row];
      if (!one.error && parts.some(naIn)) parts.forEach(empty);
      window.Pasting.fill(parts, one.values);
    });
    leave(...data.rows.map((one) => lines[one.row].row));
    data.rows.filter((one) => one.error).forEach((one) => failed(lines[one.row].row, one.error));
    announce(`Đã dán ${data.rows.length} tiêu chí.${data.left ? ` ${data.left} dòng cuối không còn chỗ.` : ""}`);
  }
  const tidy = (text) => text.replace(/[\u00a0\u202f\s]+/g, " ").trim().normalize("NFC");
  const plainly = (text) => tidy(text).toLowerCase();
  const mayNotApply = form.dataset.stage !== "cross";
  const wordFor = (text) => (mayNotApply ? NA[plainly(text)] : undefined);

  // The acts under the table send only what they need; unsaved cells are saved first.
  form.addEventListener("submit", (event) => {
    // What is sent as a whole leaves nothing behind; a question before it may still be answered with no.
    isSending = true;
    setTimeout(() => { isSending = !event.defaultPrevented; });
    const by = event.submitter;
    if (by?.hasAttribute("data-needs-chosen") && !form.querySelector(".choose:checked")) {
      event.preventDefault();
      say("Hãy đánh dấu ít nhất một tiêu chí.", true);
    }
  });
  let isSending = false;
  window.addEventListener("beforeunload", (event) => {
    if (isSending) return;
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
    if (Date.now() - one.at > WEEK || one.values.length !== cellsOf(row).length || row.querySelector("[aria-invalid]")) {
      store.drop(row);
      return;
    }
    put(row, one.values);
    if (!isTouched(row)) store.drop(row);
    else {
      restored += 1;
      save(row);
    }
  });
  if (restored) say(`Đã khôi phục ${restored} ô gõ trước đó`);
})();
