// Keys of Cash: 1-5 accept, a on account, s split, i leave out, u undo last. Each only presses
// a button of the page; without this file the buttons do the same.
"use strict";

const current = () => document.activeElement?.closest(".payments > li");

// After an act the page comes back to the payment that follows.
function remember(row) {
  const next = row?.nextElementSibling || row?.previousElementSibling;
  const place = location.pathname + location.search + (next ? `#${next.id}` : "");
  document.querySelectorAll("input[data-back]").forEach((field) => { field.value = place; });
}

function press(row, selector) {
  const button = row?.querySelector(selector);
  if (!button) return false;
  button.click();
  return true;
}

function leaveOut(row) {
  const dialog = document.querySelector("#leave-out");
  if (!dialog || !row) return false;
  dialog.querySelector("form").action = row.dataset.leaveOut;
  dialog.querySelector("[data-leave-out-name]").textContent = row.dataset.name;
  remember(row);
  dialog.showModal();
  dialog.querySelector("input[type=radio]")?.focus();
  return true;
}

document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-leave-out-open]");
  if (open && leaveOut(open.closest("li"))) { event.preventDefault(); return; }
  const button = event.target.closest(".payments button");
  if (button) remember(button.closest(".payments > li"));
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping || document.querySelector("dialog[open]")) return;
  const row = current();
  let done = false;
  if (/^[1-5]$/.test(event.key)) done = press(row, `[data-suggestion="${event.key}"]`);
  else if (event.key === "a") done = press(row, "[data-on-account]");
  else if (event.key === "s") done = press(row, "[data-split]");
  else if (event.key === "i") done = leaveOut(row);
  else if (event.key === "u") done = press(document, "[data-undo-last]");
  if (done) event.preventDefault();
});

window.addEventListener("load", () => {
  if (!location.hash.startsWith("#line-")) return;
  const row = document.getElementById(location.hash.slice(1)) || document.querySelector(".payments > li");
  row?.querySelector("a")?.focus();
});
