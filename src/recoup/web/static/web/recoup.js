// Keys, the palette, the side panel and marking. Every page works without this file.
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const typing = (target) => target.closest("input, select, textarea, [contenteditable]") && !target.matches("input[type=checkbox]");

// --- Lists: j and k move, x marks, Enter opens (a link does so by itself), e acts.
const rows = () => all("tr[data-row], li[data-row]").filter((row) => row.offsetParent);
const here = () => document.activeElement && document.activeElement.closest("[data-row]");

function move(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.indexOf(here());
  const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step));
  one("a[href]", list[next])?.focus();
  list[next].scrollIntoView({ block: "nearest" });
}

function mark(row) {
  const box = row && one("input[type=checkbox]", row);
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

// Those of the same table; outside any, all of the page.
const boxesOf = (every) => all("input[data-mark]", every.closest("table") || document);

function countMarked() {
  const boxes = all("input[data-mark]");
  const chosen = boxes.filter((box) => box.checked);
  // A box may stand for many that are not listed.
  const marked = chosen.reduce((sum, box) => sum + Number(box.dataset.markCounts || 1), 0);
  all("[data-marked]").forEach((place) => {
    const count = marked + Number(place.dataset.markedMore || 0);
    place.textContent = count;
    all("[data-plural]", place.parentElement).forEach((ending) => { ending.hidden = count === 1; });
  });
  all("[data-if-marked]").forEach((place) => { place.hidden = marked === 0; });
  all("input[data-mark-all]").forEach((every) => {
    const mine = boxesOf(every);
    const on = mine.filter((box) => box.checked).length;
    every.checked = on > 0 && on === mine.length;
    every.indeterminate = on > 0 && on < mine.length;
  });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-mark-all]")) boxesOf(event.target).forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("input[data-mark], input[data-mark-all]")) countMarked();
  if (event.target.matches("[data-submits]")) {
    // What the rows are decides which fields there are: the columns are guessed afresh.
    all("[name^=col_]", event.target.form).forEach((field) => { field.disabled = true; });
    event.target.form.requestSubmit();
  }
});

// --- The side panel opens over a list and gives the place back when it closes.
let cameFrom = null;
function closePanel() {
  const panel = one("#panel");
  if (!panel || !panel.firstElementChild) return false;
  panel.replaceChildren();
  cameFrom?.focus();
  return true;
}
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "panel") cameFrom = event.detail.elt;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "panel") one("#panel h2, #panel a")?.focus();
  countMarked();
});

// --- The palette: Ctrl-K finds a debtor, an invoice or a page.
const palette = one("#palette");
const keys = one("#keys");
function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  const field = one("input", palette);
  field.select();
  field.dispatchEvent(new Event("search"));
}
function choose(step) {
  const links = all("li a", palette);
  if (!links.length) return;
  const at = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
  const next = (at + step + links.length) % links.length;
  links.forEach((link, number) => link.setAttribute("aria-selected", String(number === next)));
  one("input", palette).setAttribute("aria-activedescendant", links[next].id);
  links[next].scrollIntoView({ block: "nearest" });
}
palette?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { choose(1); event.preventDefault(); }
  if (event.key === "ArrowUp") { choose(-1); event.preventDefault(); }
  if (event.key === "Enter") {
    const link = one("li a[aria-selected=true]", palette) || one("li a", palette);
    if (link) { event.preventDefault(); link.click(); }
  }
});

// --- The keys themselves.
let waitsForPlace = false;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
  if (event.key === "Escape" && !document.querySelector("dialog[open]") && closePanel()) { event.preventDefault(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (waitsForPlace) {
    waitsForPlace = false;
    const place = one(`a[data-key="${CSS.escape(event.key)}"]`);
    if (place) { event.preventDefault(); place.click(); }
    return;
  }
  switch (event.key) {
    case "j": case "ArrowDown": if (event.key === "j" || here()) { move(1); event.preventDefault(); } break;
    case "k": case "ArrowUp": if (event.key === "k" || here()) { move(-1); event.preventDefault(); } break;
    case "x": mark(here()); break;
    case "e": { const act = one("[data-act]", here() || document); if (act) { event.preventDefault(); act.click(); } break; }
    case "g": waitsForPlace = true; break;
    case "/": { const field = one("input[type=search]"); if (field) { field.focus(); event.preventDefault(); } break; }
    case "?": keys?.showModal(); break;
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) { all("details.switcher[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; }); return; }
  const act = button.dataset.do;
  if (act === "palette") openPalette();
  if (act === "keys") keys?.showModal();
  if (act === "close-panel") closePanel();
  if (act === "close-dialog") button.closest("dialog").close();
  if (act === "theme") {
    const isDark = getComputedStyle(document.documentElement).colorScheme === "dark"
      || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  }
});

// A form that changes something is sent once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "yes";
  // What takes longer than a blink says so.
  const button = event.submitter;
  if (button) setTimeout(() => { if (event.target.dataset.sent) { button.setAttribute("aria-busy", "true"); button.append(" …"); } }, 300);
});
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); countMarked(); });
one(".rail nav a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
