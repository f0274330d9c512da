// The keyboard. Everything here can also be done with the mouse, and without this script.
"use strict";
const one = (selector) => document.querySelector(selector);
const form = one(".decide");
const help = one("#help");

function go(id) {
  const link = one(id);
  if (link) location.assign(link.getAttribute("href"));
}

function verdict(value) {
  const choice = form?.querySelector(`[name="verdict"][value="${value}"]`);
  if (!choice || choice.type !== "radio") return;
  choice.checked = true;
  form.querySelector(value === "corrected" ? '[name="value"]' : '[name="reason"]').focus();
}

function number(n) {
  const choice = form?.querySelector(`[name="number"][value="${n}"]`);
  if (!choice) return;
  verdict("corrected");
  choice.checked = true;
  unit(choice);
}

function unit(choice) {
  form.querySelector(".unit").textContent = choice.dataset.unit;
}

const KEYS = {
  j: () => go("#following"),
  ArrowDown: () => go("#following"),
  k: () => go("#previous"),
  ArrowUp: () => go("#previous"),
  s: () => verdict("source_error"),
  c: () => verdict("corrected"),
  p: () => verdict("parser_error"),
  a: () => verdict("accepted"),
  u: () => one("#reopen")?.click(),
  l: () => one("#language").click(),
  "/": () => one('[name="text"]').focus(),
  "?": () => (help.open ? help.close() : help.showModal()),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches('textarea, select, input:not([type="radio"])');
  if (event.key === "Escape" && typing) event.target.blur();
  else if (event.key === "Enter" && event.ctrlKey && form) form.requestSubmit(form.querySelector(".last button") ?? undefined);
  else if (typing || event.ctrlKey || event.metaKey || event.altKey || (help.open && event.key !== "?")) return;
  else if (/^[1-9]$/.test(event.key)) number(event.key);
  else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  if (event.key !== "Escape") event.preventDefault();
});

for (const choice of document.querySelectorAll('[name="number"]')) choice.addEventListener("change", () => unit(choice));
for (const select of document.querySelectorAll(".filter select")) select.addEventListener("change", () => select.form.requestSubmit());
one("#help-button").addEventListener("click", () => help.showModal());
one("[aria-current]")?.scrollIntoView({ block: "nearest" });
one("mark.doubtful")?.scrollIntoView({ block: "nearest" });
