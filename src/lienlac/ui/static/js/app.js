// What every page needs in the browser: form tokens for htmx, live state, focus on the first mistake.
// No page depends on this file to work.
import { startBell } from "./alarm.js";
import { startClocks } from "./clock.js";
import { startInbox } from "./inbox.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx?.request;
  if (request && request.method !== "GET") {
    request.headers["X-Csrf-Token"] = meta("csrf-token");
  }
});

// A broken live connection must be seen: the chip with class "live-lost" appears until it is back.
// An ended session is no broken line: the bar with class "live-out" says so, and what was typed stays on the page.
document.addEventListener("htmx:sse:error", (event) => {
  document.body.classList.add("is-lost");
  document.body.classList.toggle("is-out", event.detail.status === 401);
});
document.addEventListener("htmx:sse:after:connection", (event) => {
  const status = event.detail.connection?.status;
  document.body.classList.toggle("is-lost", Boolean(status) && status !== 200);
  document.body.classList.remove("is-out");
  if (event.target.dataset.connectedBefore) {
    catchUp();
  }
  event.target.dataset.connectedBefore = "yes";
});

// A node that has too much to do says when to come back. Until then the piece stays as it stands (htmx-config: noSwap);
// then it is asked for again, not by all pages in the same instant.
document.addEventListener("htmx:response:error", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  const after = Number(response.headers.get("Retry-After"));
  const topic = sourceElement?.getAttribute("hx-trigger")?.match(/^(\S+) from:body/)?.[1];
  if (response.status === 503 && after && topic) {
    window.setTimeout(() => document.body.dispatchEvent(new CustomEvent(topic)), after * 1000 * (1 + Math.random()));
  }
});

// While a tab is in the background nothing is heard: whatever follows a topic asks again once the line is back.
function catchUp() {
  const names = new Set();
  for (const piece of document.querySelectorAll('[hx-trigger*="from:body"]')) {
    for (const trigger of piece.getAttribute("hx-trigger").split(",")) {
      if (trigger.includes("from:body")) {
        names.add(trigger.trim().split(" ")[0]);
      }
    }
  }
  for (const name of names) {
    document.body.dispatchEvent(new CustomEvent(name));
  }
}

// A hidden tab hears nothing, but its name in the browser's bar is seen: once a minute it asks what waits.
window.setInterval(() => {
  if (document.hidden) {
    document.body.dispatchEvent(new CustomEvent("beside"));
  }
}, 60_000);

// How many things wait for a hand stands before the page's title; that comes down the stream. Whoever was signed out and
// has signed in again, in another tab, goes on here: the page's forms get the new session's token. Another officer gets
// another page.
const alert = document.getElementById("alert");
if (alert) {
  const name = document.title.replace(/^\(\d+\) /, "");
  new MutationObserver(() => {
    const { count } = alert.dataset;
    document.title = Number(count) ? `(${count}) ${name}` : name;
  }).observe(alert, { attributes: true });
}
const whose = document.getElementById("whose");
if (whose) {
  const { officer } = whose.dataset;
  new MutationObserver(() => {
    const { csrf } = whose.dataset;
    if (whose.dataset.officer !== officer) {
      window.location.reload();
    }
    document.querySelector('meta[name="csrf-token"]').content = csrf;
    for (const token of document.querySelectorAll('input[name="csrf"]')) {
      token.value = csrf;
    }
  }).observe(whose, { attributes: true });
}

// A piece that is renewed leaves open what the reader has opened.
window.htmx?.registerExtension("kept-open", {
  htmx_before_morph_attr: (element, { attrName }) => !(attrName === "open" && element.matches("details")),
});

// The server had more to say than this page could take: load it again.
document.addEventListener("reload", () => window.location.reload());

document.querySelector(".field.wrong input, .field.wrong select, .field.wrong textarea")?.focus();

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}

// What was typed into a long form is not lost by a wrong click: the browser asks first.
for (const form of document.querySelectorAll("form[data-kept]")) {
  form.addEventListener("input", () => (form.dataset.typed = "yes"));
}
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-typed]") && !document.querySelector("form[data-sent]")) {
    event.preventDefault();
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

startClocks(meta("server-time"), JSON.parse(meta("clock-words") || "{}"));
startBell();
startInbox();

// A file chosen beside a text field is read into it: what is sent is what can be read on the page.
for (const chooser of document.querySelectorAll("input[type=file][data-into]")) {
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    if (file) {
      document.getElementById(chooser.dataset.into).value = await file.text();
    }
  });
}

// In a box made to be quick, Ctrl (or Command) and Enter send what was typed.
for (const form of document.querySelectorAll("form[data-quick]")) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
