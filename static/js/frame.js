// Comfort only: without this file every field of a rule is there, and the server reads those of the chosen kind.
(() => {
  "use strict";
  const kind = document.querySelector("select[name=kind]");
  const rule = document.querySelector("[data-rule]");
  if (!kind || !rule) return;

  // Only what the chosen way of scoring asks for.
  function show() {
    const parts = [...rule.querySelectorAll("[data-uses]")];
    parts.forEach((part) => {
      part.hidden = !part.dataset.uses.split(" ").includes(kind.value);
    });
    rule.hidden = parts.every((part) => part.hidden);
    // Where there are no levels, a sanction follows from every case.
    const hasLevels = !rule.querySelector("table[data-rows=levels]").closest("[data-uses]").hidden;
    rule.querySelectorAll("td.cell-level").forEach((cell) => cell.classList.toggle("idle", !hasLevels && !cell.querySelector("select").value));
  }
  kind.addEventListener("change", show);
  show();

  // One more line at the end of a table, as empty as a new page would give it.
  function addLine(table) {
    const body = table.tBodies[0];
    const waiting = [...body.rows].find((line) => line.hidden);
    if (waiting) {
      waiting.hidden = false;
      waiting.querySelector("input:not([type=hidden]), select").focus();
      return;
    }
    const last = body.rows[body.rows.length - 1];
    const line = last.cloneNode(true);
    const old = body.rows.length - 1;
    line.querySelectorAll(".cell-error").forEach((error) => error.remove());
    line.querySelectorAll("[name], label").forEach((part) => {
      ["name", "id", "for"].forEach((name) => {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(`-${old}-`, `-${old + 1}-`));
      });
      if (part.type === "checkbox") part.checked = false;
      else if (part.tagName === "SELECT") part.selectedIndex = 0;
      else if (part.tagName === "INPUT") part.value = "";
      else part.textContent = part.textContent.replace(/\d+$/, String(old + 2));
    });
    body.append(line);
    line.querySelector("input:not([type=hidden]), select").focus();
  }

  rule.querySelectorAll("table[data-rows]").forEach((table) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm mt-2";
    button.textContent = "Thêm dòng";
    // Lines to fill wait until they are asked for.
    const isEmpty = (line) => [...line.querySelectorAll("input:not([type=checkbox]), select[name$='-kind']")].every((one) => !one.value);
    [...table.tBodies[0].rows].filter(isEmpty).slice(1).forEach((line) => { line.hidden = true; });
    button.addEventListener("click", () => {
      addLine(table);
      nameLevels();
    });
    table.after(button);
  });

  // A sanction names its level by the line; the line is called as it is typed.
  function nameLevels() {
    const names = [...rule.querySelectorAll("[name^='level-'][name$='-label']")].map((input) => input.value.trim());
    rule.querySelectorAll("select[name^='sanction-'][name$='-level']").forEach((select) => {
      names.forEach((name, place) => {
        const option = [...select.options].find((one) => one.value === String(place)) || select.appendChild(new Option("", place));
        option.textContent = name ? `${place + 1}. ${name}` : `Dòng ${place + 1}`;
      });
    });
  }
  rule.addEventListener("input", (event) => {
    if (/^level-\d+-label$/.test(event.target.name || "")) nameLevels();
  });

  // A limit on grades asks for the grade, a lost criterion for its code; the others for neither.
  function ask(line) {
    const chosen = line.querySelector("select[name$='-kind']");
    if (!chosen) return;
    line.querySelector("select[name$='-grade']").closest("td").classList.toggle("idle", chosen.value !== "grade_at_most");
    line.querySelector("select[name$='-criterion']").closest("td").classList.toggle("idle", chosen.value !== "zero_criterion");
  }
  const sanctions = rule.querySelector("table[data-rows=sanctions]");
  sanctions.addEventListener("change", (event) => ask(event.target.closest("tr")));
  [...sanctions.tBodies[0].rows].forEach(ask);
})();
