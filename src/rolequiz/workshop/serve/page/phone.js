// One participant's phone. The server is the truth; what this phone has not been able to send yet waits in
// localStorage, in order, each answer with its number, and is sent again until the server has it.

const END = 1_000_000; // the place after the last question
const FRESH_MS = 250; // a second tap of one touch does not answer the next question
const PATIENCE_MS = 900; // saving that takes no longer is not worth a word
const BATCH = 50;

const main = document.getElementById("main");
const stateLine = document.getElementById("state");
let room = null; // what anybody at the door is told
let form = null; // the questions in every language
let me = null; // what this phone knows of its participant; the same as in localStorage
let lang = "";
let memory = {}; // in place of localStorage where a browser forbids it
let problem = ""; // why the last attempt to join failed
const drawn = { results: {}, screen: "" };

// Words

function words(key, values = {}) {
  let phrase = room.languages[lang][key];
  if (typeof phrase !== "string") phrase = (values.n === 1 && phrase.one) || phrase.other;
  return phrase.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const button = (kind, text, onclick) => element("button", { type: "button", class: kind, onclick }, capital(text));

// What this phone keeps

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return memory[key] ?? null;
  }
}

function write(key, value) {
  memory[key] = value;
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that forbids it keeps the answers for as long as the page is open.
  }
}

const storeKey = () => `rolequiz.${room.room}`;

function recalled() {
  try {
    return JSON.parse(read(storeKey()));
  } catch {
    return null;
  }
}

// Other tabs of this phone change the same state: read it, change it, write it, in one go.
function update(change) {
  me = recalled() ?? me;
  change(me);
  write(storeKey(), JSON.stringify(me));
}

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const nobody = () => ({
  token: newToken(), name: "", begun: false, at: 0, route: [], waiting: null,
  acked: 0, queue: [], answers: {}, asked: END, wantsEnd: false, finished: false,
});

// The server

class Fault extends Error {
  constructor(code, wait = 0) {
    super(code);
    this.code = code;
    this.wait = wait;
  }
}

async function ask(method, path, body) {
  const headers = {};
  if (me) headers.Authorization = `Bearer ${me.token}`;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 15_000);
    const wish = {
      method, headers, cache: "no-store", credentials: "omit", redirect: "error", signal: stop.signal,
      referrerPolicy: "same-origin", // without it some browsers keep the origin of a request to themselves
    };
    response = await fetch(path, body ? { ...wish, body: JSON.stringify(body) } : wish);
    const found = await response.text();
    clearTimeout(timer);
    if (response.ok) return response.headers.get("Content-Type").startsWith("text/html") ? found : JSON.parse(found);
    throw new Fault(JSON.parse(found).error, Number(response.headers.get("Retry-After")) || 0);
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("network");
  }
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const pause = (failures) => Math.min(8000, 400 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);

async function insist(method, path) {
  for (let failures = 0; ; failures += 1) {
    try {
      return await ask(method, path);
    } catch (error) {
      if (error.code === "stranger" || error.code === "not-done") throw error;
      if (room) say("offline", words("phone_connecting"));
      await sleep(error.wait * 1000 || pause(failures));
    }
  }
}

// Where in the form

const decided = (m, place) => m.answers[form.questions[place]] !== undefined;
const asked = (m) => Math.min(m.asked, form.questions.length);

function firstOpen(m) {
  for (let place = 0; place < asked(m); place += 1) if (!decided(m, place)) return place;
  return END;
}

function after(m, place) {
  if (m.route.length) return m.route[m.route.indexOf(place) + 1] ?? firstOpen(m);
  return place + 1 < asked(m) ? place + 1 : firstOpen(m);
}

function before(m, place) {
  if (place >= asked(m)) return asked(m) - 1;
  return m.route.length ? m.route[m.route.indexOf(place) - 1] ?? -1 : place - 1;
}

// Go on from a place. Whether a quick form goes on after a checkpoint is the server's to say.
function goOn(m, place) {
  const next = after(m, place);
  const isCheckpoint = form.checkpoints.length && (form.checkpoints.includes(place + 1) || next === END);
  if (isCheckpoint && m.queue.length) m.waiting = place;
  else m.at = next;
  if (m.at === END) m.route = [];
}

function settle(m) {
  if (m.waiting !== null && !m.queue.length) {
    const place = m.waiting;
    m.waiting = null;
    goOn(m, place);
  }
  if (m.at >= asked(m)) m.at = firstOpen(m);
}

// Sending

let isSending = false;
let failures = 0;
let again = 0;
let refusals = 0;

function accept(standing) {
  update((m) => {
    m.queue.splice(0, Math.max(0, standing.seq - m.acked));
    m.acked = Math.max(m.acked, standing.seq);
    m.asked = standing.asked;
    settle(m);
    if (standing.finished) letGo(m);
  });
}

// Of a sitting that is finished this phone keeps its name and the token that leads to its result, and no answer.
function letGo(m) {
  Object.assign(m, { finished: true, queue: [], answers: {}, route: [] });
}

// Take what the server has for the truth, and put what it lacks in line again.
async function align(ours = ask) {
  const truth = await ours("GET", "/api/sitting");
  form = truth.form;
  update((m) => {
    const mine = new Map(m.queue.map((one) => [one.question, one]));
    if (truth.seq < m.acked) {
      for (const [question, option] of Object.entries(m.answers)) {
        if (!mine.has(question)) mine.set(question, { question, option, seconds: 0 });
      }
    }
    const lacking = form.questions.filter((id) => mine.has(id) && truth.answers[id] !== mine.get(id).option);
    m.queue = lacking.map((id) => mine.get(id));
    m.answers = { ...truth.answers, ...Object.fromEntries(m.queue.map((one) => [one.question, one.option])) };
    m.acked = truth.seq;
    m.asked = truth.asked;
    m.finished = false;
    m.name = truth.name;
    settle(m);
    if (truth.finished) letGo(m);
  });
}

async function send() {
  clearTimeout(again);
  if (isSending || !me?.name) return;
  isSending = true;
  const slow = setTimeout(() => say("", words("phone_saving")), failures ? 0 : PATIENCE_MS);
  try {
    while (me.queue.length || (me.wantsEnd && !me.finished)) {
      if (me.queue.length) {
        const answers = me.queue.slice(0, BATCH);
        accept(await ask("POST", "/api/answers", { seq: me.acked + 1, answers }));
      } else accept(await ask("POST", "/api/finish", { seq: me.acked, lang }));
      failures = refusals = 0;
    }
    say("", words("phone_saved"));
  } catch (error) {
    await afterFault(error);
  } finally {
    clearTimeout(slow);
    isSending = false;
  }
  show();
}

async function afterFault(fault) {
  let wait = fault.wait * 1000 || pause(failures);
  try {
    switch (fault.code) {
      case "stranger":
        update((m) => (m.name = ""));
        return;
      case "refused":
        refusals += 1;
        await align();
        if (refusals > 1) update((m) => m.queue.shift());
        wait = 50;
        break;
      case "not-done":
        update((m) => (m.wantsEnd = false));
        await align();
        return;
      case "conflict":
      case "finished":
        await align();
        wait = 50;
        break;
      default:
        say("offline", words(fault.code === "not-saved" ? "phone_unsaved" : "phone_waiting", { n: me.queue.length }));
    }
  } catch {
    say("offline", words("phone_waiting", { n: me.queue.length }));
  }
  failures += 1;
  again = setTimeout(send, wait);
}

function say(kind, text) {
  if (stateLine.textContent !== text) stateLine.textContent = text;
  stateLine.className = kind;
}

// Time on a question, without the time that the page was hidden

let since = 0;
let spent = 0;

function restartClock() {
  spent = 0;
  since = performance.now();
}

function secondsSpent() {
  return Math.min(86_400, Math.round((spent + (document.hidden ? 0 : performance.now() - since)) / 10) / 100);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) spent += performance.now() - since;
  else {
    since = performance.now();
    send();
  }
});

// Screens

function decide(option) {
  update((m) => {
    const question = form.questions[m.at];
    m.queue.push({ question, option, seconds: secondsSpent() });
    m.answers[question] = option;
    goOn(m, m.at);
  });
  show();
  send();
}

function go(change) {
  update(change);
  show();
}

function joinScreen() {
  const code = element("input", {
    class: "code", name: "code", required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    "aria-describedby": "code-help", maxlength: "20",
  });
  const name = element("input", {
    name: "name", required: true, autocomplete: "off", spellcheck: "false", maxlength: "40", "aria-describedby": "name-help",
  });
  const join = element("button", { class: "main-button" }, words("phone_join"));
  const said = element("p", { class: "problem", role: "alert" }, problem);
  const onsubmit = async (event) => {
    event.preventDefault();
    join.disabled = true;
    await enter(code.value, name.value);
    join.disabled = false;
    if (me.name) show();
    else said.textContent = problem;
  };
  return [
    heading(room.title),
    element("p", {}, words("bank_title")),
    element(
      "form", { onsubmit },
      element("label", {}, words("phone_code"), code, element("span", { class: "help", id: "code-help" }, words("phone_code_help"))),
      element("label", {}, words("phone_name"), name, element("span", { class: "help", id: "name-help" }, words("phone_name_help"))),
      said, join,
    ),
    element("p", { class: "small" }, words("phone_kept")),
    element("p", { class: "small" }, words("phone_readable")),
  ];
}

async function enter(code, name) {
  if (!me) {
    me = nobody();
    write(storeKey(), JSON.stringify(me));
  }
  problem = "";
  try {
    try {
      await ask("POST", "/api/join", { code, name, token: me.token, lang });
    } catch (fault) {
      // This phone is in already, under another name: an earlier answer of the server got lost.
      if (fault.code !== "conflict") throw fault;
    }
    await align();
  } catch (fault) {
    const key = `phone_error_${fault.code.replaceAll("-", "_")}`;
    problem = words(key in room.languages[lang] ? key : "phone_error_other", { n: fault.wait });
  }
}

function heading(...children) {
  return element("h1", { id: "heading", tabindex: "-1" }, ...children);
}

function startScreen() {
  return [
    heading(words("phone_welcome", { name: me.name })),
    element("p", {}, words("opening")),
    element("p", {}, words("phone_resume")),
    element("div", { class: "stack" }, button("main-button", words("key_begin"), () => go((m) => (m.begun = true)))),
  ];
}

function progress(number, total) {
  const bar = element("i");
  bar.style.width = `${(100 * (number - 1)) / total}%`;
  return element("div", { class: "progress", "aria-hidden": "true" }, `${number}/${total}`, element("div", { class: "track" }, bar));
}

function questionScreen() {
  const place = me.at;
  const total = form.questions.length;
  const question = form.languages[lang][place];
  const chosen = me.answers[form.questions[place]];
  const spoken = element("span", { class: "unseen" }, words("phone_place", { number: place + 1, total }), " ");
  const prompt = question.prompt ? [element("span", { class: "prompt" }, question.prompt, " ")] : [];
  const statements = question.statements.map(({ name, text }) =>
    element("span", { class: "statement" }, name ? element("span", { class: "which" }, name, " ") : null, text, " "));
  const options = question.options.map((text, index) =>
    element("li", {}, element(
      "button", { type: "button", "aria-pressed": String(chosen === index + 1), onclick: () => decide(index + 1) },
      element("span", { class: "number" }, String(index + 1)), element("span", {}, text),
    )));
  const onward = chosen
    ? button("quiet-button", words("key_keep"), () => go((m) => goOn(m, m.at)))
    : button("quiet-button", words("key_skip"), () => decide(0));
  const back = before(me, place) >= 0 && button("quiet-button", words("key_back"), () => go((m) => (m.at = before(m, m.at))));
  return [
    progress(place + 1, total),
    heading(spoken, ...prompt, ...statements),
    element("ul", { class: "options", role: "list", "aria-labelledby": "heading" }, ...options),
    element("div", { class: "steps" }, back || null, onward),
  ];
}

function waitScreen() {
  return [progress(me.waiting + 2, form.questions.length), heading(words("phone_checkpoint"))];
}

function endScreen() {
  const skipped = form.questions.flatMap((id, place) => (place < asked(me) && me.answers[id] === 0 ? [place] : []));
  const finish = button("main-button", words("key_finish"), () => {
    go((m) => (m.wantsEnd = true));
    send();
  });
  const visit = button("main-button", words("key_visit"), () => go((m) => {
    m.route = skipped;
    m.at = skipped[0];
  }));
  if (skipped.length) finish.className = "quiet-button";
  return [
    heading(words("offer_title")),
    element("p", {}, skipped.length ? words("offer", { n: skipped.length }) : words("phone_last")),
    element("div", { class: "stack" }, skipped.length ? visit : null, finish,
      button("quiet-button", words("key_back"), () => go((m) => (m.at = before(m, END))))),
  ];
}

function resultScreen() {
  const article = drawn.results[lang];
  if (!article) {
    fetchResult(lang);
    return [heading(words("phone_result_coming"))];
  }
  return [
    element("p", { class: "small" }, words("phone_yours", { name: me.name })),
    article,
    element("div", { class: "stack" },
      button("main-button", words("phone_print"), () => print()),
      button("quiet-button", words("phone_next"), makeWay)),
  ];
}

// The phone goes to the next person; nothing of this one stays on it.
function makeWay() {
  if (!confirm(words("phone_next_sure"))) return;
  me = nobody();
  write(storeKey(), JSON.stringify(me));
  drawn.results = {};
  problem = "";
  say("", "");
  show();
}

async function fetchResult(wanted) {
  const whose = me.token;
  let html;
  try {
    html = await insist("GET", `/api/result/${wanted}`);
  } catch {
    go((m) => (m.name = ""));
    return;
  }
  if (me.token !== whose) return;
  // The server drew it from its own templates, every text escaped; scripts and handlers are barred by the policy.
  drawn.results[wanted] = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const title = drawn.results[wanted].querySelector("h1, h2");
  if (title) {
    title.id = "heading";
    title.tabIndex = -1;
  }
  say("", "");
  show();
}

function screen() {
  if (!me?.name) return ["join", joinScreen];
  if (me.finished) return [`result ${lang in drawn.results}`, resultScreen];
  if (!me.begun) return ["start", startScreen];
  if (me.waiting !== null || me.wantsEnd) return ["wait", me.wantsEnd ? () => [heading(words("phone_result_coming"))] : waitScreen];
  if (me.at >= asked(me)) return ["end", endScreen];
  return [`question ${me.at}`, questionScreen];
}

// Draw what is to be seen now. The focus goes to the heading of a new screen and stays where it is otherwise.
function show(isForced = false) {
  const [name, draw] = screen();
  const isNew = name !== drawn.screen;
  if (!isNew && !isForced) return;
  drawn.screen = name;
  document.getElementById("room").textContent = name === "join" ? "rolequiz" : room.title;
  main.replaceChildren(...draw());
  if (!isNew) return;
  restartClock();
  main.classList.add("fresh");
  setTimeout(() => main.classList.remove("fresh"), FRESH_MS);
  scrollTo(0, 0);
  document.getElementById("heading")?.focus({ preventScroll: true });
}

function showLanguages() {
  const choices = Object.entries(room.languages).map(([one, its]) => {
    const onclick = () => speak(one);
    return element("button", { type: "button", lang: tag(one), "aria-pressed": String(one === lang), onclick }, its.phone_language ?? one);
  });
  const nav = document.getElementById("languages");
  if (choices.length < 2) return;
  if (nav.children.length) choices.forEach((made, place) => nav.children[place].setAttribute("aria-pressed", made.getAttribute("aria-pressed")));
  else nav.replaceChildren(...choices);
  nav.setAttribute("aria-label", words("phone_languages"));
}

const tag = (one) => (one === "zh" ? "zh-Hans" : one);

function speak(wanted) {
  lang = wanted;
  write("rolequiz.lang", wanted);
  document.documentElement.lang = tag(wanted);
  document.title = `${room.title} · rolequiz`;
  showLanguages();
  if (stateLine.textContent && !stateLine.className) say("", words("phone_saved"));
  show(true);
}

function firstLanguage() {
  const spoken = Object.keys(room.languages);
  const likes = [read("rolequiz.lang"), ...navigator.languages.flatMap((one) => [one, one.split("-")[0]])];
  return likes.find((one) => spoken.includes(one)) ?? room.lang;
}

async function begin() {
  room = await insist("GET", "/api/room");
  lang = firstLanguage();
  me = recalled();
  if (me?.name) {
    try {
      await align(insist);
    } catch {
      update((m) => (m.name = ""));
    }
  }
  speak(lang);
  addEventListener("online", send);
  addEventListener("storage", (event) => {
    if (event.key !== storeKey() || !event.newValue) return;
    me = recalled();
    if (me.name && !form) align(insist).then(() => show());
    else show();
  });
  send();
}

begin();
