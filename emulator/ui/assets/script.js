// What the pages do beside being read: buttons send JSON, lists follow the events, the clock goes on.
"use strict";

const page = document.body.dataset;
const message = document.getElementById("message");

function tell(text, bad) {
  if (!message) return;
  message.className = bad ? "bad" : "";
  message.textContent = text;
}

function membersOf(form) {
  const members = JSON.parse(form.dataset.members || "{}");
  const named = [...form.elements].filter((field) => field.name);
  if (named.length) for (const name of Object.keys(members)) delete members[name];
  for (const field of named) {
    if (field.dataset.type === "members") Object.assign(members, JSON.parse(field.value));
    else if (field.value === "") continue;
    else members[field.name] = field.dataset.type === "int" ? Number(field.value) : field.value;
  }
  return members;
}

async function send(form, button) {
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
  button?.setAttribute("aria-disabled", "true");
  const patience = setTimeout(() => tell(page.waiting), 1000);
  const members = membersOf(form);
  const body = Object.keys(members).length ? JSON.stringify(members) : undefined;
  try {
    const answer = await fetch(form.action, {
      method: form.dataset.send,
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body,
    });
    const reply = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(reply.message || page.failed);
    if (form.dataset.then) return void window.location.assign(form.dataset.then);
    await refresh(document.getElementById("main"));
    tell(reply.summary || show(reply.output || ""), "exit" in reply && reply.exit !== 0);
  } catch (fault) {
    tell(fault.message || page.failed, true);
  } finally {
    clearTimeout(patience);
    button?.removeAttribute("aria-disabled");
  }
}

// What a program printed is shown whole below its button; its last line is the message.
function show(output) {
  const place = document.getElementById("output");
  if (place) {
    place.hidden = output === "";
    place.textContent = output;
  }
  return output.trim().split("\n").at(-1);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.send) return;
  event.preventDefault();
  if (event.submitter?.getAttribute("aria-disabled") !== "true") send(form, event.submitter);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.parentElement.querySelector("pre").textContent;
  try {
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    button.textContent = page.copied;
    setTimeout(() => { button.textContent = label; }, 1500);
  } catch {
    window.getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
  }
});

// A part of the page is made anew by the server, so that nothing is drawn in two ways.
async function refresh(part, address = window.location.href) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  replace(part, fresh.getElementById(part.id));
  for (const face of document.querySelectorAll(".top [data-clock]")) {
    const other = fresh.querySelector(".top .now");
    if (other && !part.contains(face)) face.closest(".now").replaceChildren(...other.childNodes);
  }
  start();
}

function replace(part, fresh) {
  if (!fresh) return window.location.reload();
  if (part.innerHTML === fresh.innerHTML) return undefined;
  const active = document.activeElement;
  const path = part.contains(active) ? selectorOf(active, part) : null;
  const ticks = new Set([...part.querySelectorAll("input:checked")].map((box) => box.value));
  const open = [...part.querySelectorAll("details")].map((each) => each.open);
  part.replaceChildren(...fresh.childNodes);
  for (const box of part.querySelectorAll("input[type=checkbox]")) box.checked = ticks.has(box.value);
  if (path) part.querySelector(path)?.focus({ preventScroll: true });
  part.querySelectorAll("details").forEach((each, at) => { if (at in open) each.open = open[at]; });
  return undefined;
}

function selectorOf(element, part) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name && element.value) return `[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  const all = [...part.querySelectorAll(element.tagName)];
  const form = element.closest("form");
  if (form?.action && element.tagName === "BUTTON") return `form[action="${form.getAttribute("action")}"] button`;
  return all.indexOf(element) >= 0 && element.href ? `a[href="${element.getAttribute("href")}"]` : null;
}

// Lists follow what happens, at most twice a second.
let source = null;
let due = 0;
function follow() {
  const part = document.querySelector("[data-live]");
  if (!part || source || !window.EventSource) return;
  source = new EventSource(page.events);
  const soon = () => {
    if (due) return;
    due = setTimeout(async () => {
      const live = document.querySelector("[data-live]");
      if (live && !document.hidden) await refresh(live).catch(() => {});
      due = 0;
    }, 500);
  };
  for (const name of part.dataset.live.split(" ")) source.addEventListener(name, soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
}

function tick() {
  for (const face of document.querySelectorAll("[data-clock]")) {
    if (face.dataset.mode !== "running") continue;
    face.dataset.begun ||= String(Date.now() - Number(face.dataset.clock));
    const now = new Date(Date.now() - Number(face.dataset.begun));
    const text = face.textContent;
    const time = now.toLocaleTimeString("tr-TR", { timeZone: "Europe/Istanbul", hour12: false });
    const next = text.replace(/\d\d:\d\d:\d\d$/, time);
    if (next !== text) face.textContent = next;
  }
}

let isCounting = false;
async function load() {
  const part = document.querySelector("[data-load]");
  if (part) await refresh(document.getElementById("main"), part.dataset.load).catch(() => {});
  for (const place of document.querySelectorAll("[data-count]")) {
    if (isCounting) continue;
    isCounting = true;
    const answer = await fetch(place.dataset.count).catch(() => null);
    if (answer?.ok) place.textContent = String((await answer.json())[place.dataset.of].length);
    isCounting = false;
  }
}

function start() {
  tick();
  load();
}

for (const current of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
  current.scrollIntoView({ inline: "center", block: "nearest" });
}
start();
follow();
setInterval(tick, 1000);
