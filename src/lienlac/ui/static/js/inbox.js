// The inbox by keyboard: j and k go from request to request, x selects, a acknowledges, ? tells what there is.
// Nothing depends on it: every one of these is also a link, a box or a button. Keys are left alone while somebody types
// or holds Ctrl, Alt or Command, and whoever wishes switches them off; the choice stays in this browser.
const KEPT = "lienlac-inbox-keys";

const links = () => [...document.querySelectorAll("#inbox table.inbox tbody th a")];
const boxes = () => [...document.querySelectorAll('#inbox input[name="pick"]')];
const picked = new Set();

export function startInbox() {
  const dialog = document.getElementById("keys");
  if (!dialog) {
    return;
  }
  const choice = document.getElementById("keys-on");
  choice.checked = window.localStorage.getItem(KEPT) !== "off";
  choice.addEventListener("change", () => window.localStorage.setItem(KEPT, choice.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!dialog.open && mayAct(event, choice.checked)) {
      act(event, dialog);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) {
      dialog.showModal();
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[name="pick"]')) {
      picked[event.target.checked ? "add" : "delete"](event.target.value);
      tell();
    }
  });
  // The list renews itself: what was selected stays so.
  document.addEventListener("htmx:after:swap", restore);
  restore();
}

function restore() {
  for (const box of boxes()) {
    box.checked = picked.has(box.value);
  }
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
  }
  tell();
}

function tell() {
  const place = document.querySelector("[data-picked]");
  const count = boxes().filter((box) => box.checked).length;
  if (place) {
    place.textContent = count ? String(count) : "";
  }
}

function mayAct(event, on) {
  const target = event.target;
  const typing = target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"])');
  return on && !typing && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
}

function act(event, dialog) {
  const found = links();
  const row = document.activeElement?.closest("tr");
  const here = found.findIndex((link) => link.closest("tr") === row);
  const acts = {
    j: () => found[Math.min(here + 1, found.length - 1)]?.focus(),
    k: () => found[Math.max(here - 1, 0)]?.focus(),
    x: () => row?.querySelector('input[name="pick"]')?.click(),
    a: () => document.querySelector('#inbox button[form="pick"]')?.focus(),
    "/": () => document.getElementById("f-words")?.focus(),
    "?": () => dialog.showModal(),
  };
  const wanted = acts[event.key];
  if (wanted) {
    event.preventDefault();
    wanted();
  }
}
