// The sound of alerts: a visible strip whose twin is the alert above it. Silent until the officer switches it on (browsers
// demand a gesture, and so do we); remembers the choice and a silence on this computer; a ring lasts under three seconds.
const AGAIN_MS = 20_000;
const NOTES = [880, 660, 880];
const NOTE_S = 0.22;
const GAP_S = 0.08;
const KEEP = "lienlac.sound";

export function startBell() {
  const bell = document.getElementById("bell");
  const alert = document.getElementById("alert");
  if (!bell || !alert) {
    return;
  }
  const kept = read();
  const sound = { context: null, on: kept.on, until: kept.until, rung: "", at: 0 };
  const tell = () => show(bell, alert, sound);

  document.getElementById("bell-switch").addEventListener("click", () => {
    sound.on = !sound.on;
    sound.until = 0;
    keep(sound);
    wake(sound).then(() => {
      if (sound.on) {
        ring(sound);
      }
      tell();
    });
  });
  document.getElementById("bell-mute").addEventListener("click", (event) => {
    sound.until = Date.now() + Number(event.currentTarget.dataset.minutes) * 60_000;
    keep(sound);
    hush(sound);
    tell();
  });
  document.getElementById("bell-again").addEventListener("click", () => {
    sound.until = 0;
    keep(sound);
    wake(sound).then(tell);
  });
  // After a reload the browser wants a gesture again: any click or key on the page is one.
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, () => sound.on && wake(sound).then(tell), { passive: true });
  }
  new MutationObserver(() => look(alert, sound, tell)).observe(alert, { attributes: true, attributeFilter: ["data-ring"] });
  window.setInterval(() => look(alert, sound, tell), 1000);
  wake(sound).then(tell);
  bell.hidden = false;
  tell();
}

// Rings when something new is there, and again every twenty seconds while anything waits.
function look(alert, sound, tell) {
  const wanted = alert.dataset.ring ?? "";
  const now = Date.now();
  if (wanted && ready(sound, now) && (isNew(wanted, sound.rung) || now - sound.at >= AGAIN_MS)) {
    ring(sound);
    sound.at = now;
  }
  sound.rung = wanted;
  tell();
}

export function isNew(wanted, before) {
  const known = new Set(before.split(" "));
  return wanted.split(" ").some((part) => part && !known.has(part));
}

function ready(sound, now) {
  return sound.on && now >= sound.until && sound.context?.state === "running";
}

async function wake(sound) {
  if (!sound.on) {
    return;
  }
  sound.context ??= new AudioContext();
  try {
    await Promise.race([sound.context.resume(), new Promise((done) => window.setTimeout(done, 200))]);
  } catch {
    // no gesture yet: the strip says that the sound waits for a click
  }
}

function ring(sound) {
  const context = sound.context;
  if (context?.state !== "running") {
    return;
  }
  document.getElementById("bell").dataset.rung = String(Number(document.getElementById("bell").dataset.rung ?? 0) + 1);
  const out = context.createGain();
  out.connect(context.destination);
  sound.out = out;
  NOTES.forEach((pitch, index) => {
    const begins = context.currentTime + index * (NOTE_S + GAP_S);
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begins);
    volume.gain.linearRampToValueAtTime(0.35, begins + 0.02);
    volume.gain.linearRampToValueAtTime(0, begins + NOTE_S);
    tone.connect(volume).connect(out);
    tone.start(begins);
    tone.stop(begins + NOTE_S);
  });
}

function hush(sound) {
  sound.out?.disconnect();
}

function show(bell, alert, sound) {
  const now = Date.now();
  const silent = sound.on && now < sound.until;
  const waits = sound.on && !silent && sound.context?.state !== "running";
  const rings = Boolean(alert.dataset.ring) && ready(sound, now);
  const words = bell.dataset;
  let text = sound.on ? words.on : words.off;
  if (silent) {
    const time = new Date(sound.until).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    text = words.muted.replace("{time}", time);
  } else if (waits) {
    text = words.waits;
  } else if (rings) {
    text = words.rings;
  }
  write("bell-state", text);
  write("bell-switch", document.getElementById("bell-switch").dataset[sound.on ? "off" : "on"]);
  document.getElementById("bell-mute").hidden = !sound.on || silent;
  document.getElementById("bell-again").hidden = !silent;
  bell.classList.toggle("rings", rings);
}

function write(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

function read() {
  try {
    const kept = JSON.parse(window.localStorage.getItem(KEEP) ?? "{}");
    return { on: kept.on === true, until: Number(kept.until) || 0 };
  } catch {
    return { on: false, until: 0 };
  }
}

function keep(sound) {
  try {
    window.localStorage.setItem(KEEP, JSON.stringify({ on: sound.on, until: sound.until }));
  } catch {
    // a browser that keeps nothing still rings until the page is left
  }
}
