/* 邻里: what was written down without network. <form data-unsent="12" …> is sent by this script; what can't be
   sent stays on the phone, by the number of the visit and the key of the page: only what was typed, never whom
   one visits, where, or what the server said of them. It goes as soon as there is network, once (the server takes each
   key once), and is gone after that, and when somebody signs out, who is asked first. Without this file the form is sent as usual. */
(function () {
  "use strict";

  var PREFIX = "linli.unsent.";
  var PATIENCE = 12 * 1000;
  var MOMENT = 1000;
  var AGAIN = 30 * 1000;
  var OVER = { 403: true, 404: true, 409: true }; /* trying again would not help */

  function store() { /* a browser may refuse to keep anything */
    try { return window.localStorage; } catch (refused) { return null; }
  }
  var kept = store();
  var template = document.getElementById("unsent-note");
  var form = document.querySelector("form[data-unsent]");
  var token = document.querySelector('input[name="csrf_token"]');

  function numbers() {
    if (!kept) { return []; }
    return Object.keys(kept).filter(function (key) { return key.indexOf(PREFIX) === 0; })
      .map(function (key) { return key.slice(PREFIX.length); });
  }

  function read(number) {
    try { return JSON.parse(kept.getItem(PREFIX + number)); } catch (broken) { return null; }
  }

  function keep(number, item) {
    try { kept.setItem(PREFIX + number, JSON.stringify(item)); return true; } catch (full) { return false; }
  }

  function forget(number) { kept.removeItem(PREFIX + number); }

  /* ---------- the sign: what has not been sent yet. It stays where it is while nothing about it changes: whoever
     is on one of its buttons stays there, and it is read out once, not at each try ---------- */
  function show() {
    var waiting = numbers();
    document.querySelectorAll("[data-unsent-note]").forEach(function (note) {
      if (waiting.indexOf(note.dataset.unsentNote) < 0) { takeAway(note); }
    });
    if (!template) { return; }
    waiting.forEach(function (number) {
      var item = read(number);
      if (item) { fill(noteOf(number) || put(number), item); } else { forget(number); }
    });
  }

  function noteOf(number) { return document.querySelector('[data-unsent-note="' + number + '"]'); }

  function takeAway(note) {
    var was_here = note.contains(document.activeElement);
    note.remove();
    if (was_here) { document.getElementById("main").focus(); }
  }

  function put(number) {
    var note = template.content.firstElementChild.cloneNode(true);
    note.dataset.unsentNote = number;
    var link = note.querySelector("a");
    link.href = link.getAttribute("href").replace("/0", "/" + number);
    note.querySelector("[data-unsent-send]").addEventListener("click", function () { deliver(number, true); });
    note.querySelector("[data-unsent-drop]").addEventListener("click", function () { forget(number); show(); });
    var place = form && form.dataset.unsent === number && form.querySelector("[data-unsent-place]");
    if (place) { place.append(note); } else { document.getElementById("main").prepend(note); }
    return note;
  }

  function fill(note, item) {
    var text = item.problem || (pressed[note.dataset.unsentNote] ? template.dataset.sending : template.dataset.waiting);
    var send = note.querySelector("[data-unsent-send]"), link = note.querySelector("a");
    var was_here = note.contains(document.activeElement);
    send.hidden = Boolean(item.problem);
    link.hidden = note.querySelector("[data-unsent-drop]").hidden = !item.problem;
    if (was_here && item.problem) { link.focus(); }
    if (note.dataset.says === text) { return; }
    note.dataset.says = text;
    /* only what changes in a note that is there already is read out */
    window.setTimeout(function () { note.querySelector("[data-unsent-words]").textContent = note.dataset.says; }, 50);
  }

  /* ---------- sending ---------- */
  function post(number, item, csrf) {
    var body = new FormData();
    item.values.forEach(function (entry) { body.append(entry[0], entry[1]); });
    body.append("key", item.key);
    body.append("csrf_token", csrf);
    var stop = new AbortController();
    var timer = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    return fetch(template.dataset.to.replace("/0/", "/" + number + "/"), {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual", signal: stop.signal,
    }).finally(function () { window.clearTimeout(timer); });
  }

  function freshToken() { /* the page was open while somebody signed in anew */
    return fetch(template.dataset.fresh, { credentials: "same-origin" }).then(function (answer) { return answer.text(); })
      .then(function (text) {
        var found = new DOMParser().parseFromString(text, "text/html").querySelector('input[name="csrf_token"]');
        return found ? found.value : "";
      });
  }

  var sending = {};
  var pressed = {}; /* by somebody who waits for it, and is told when it takes longer than a moment */

  function deliver(number, by_hand) { /* answers what came of it: a JSON of the server, or nothing while it waits */
    var item = read(number);
    if (!item || item.problem || !token) { return Promise.resolve(null); }
    if (by_hand) {
      pressed[number] = true;
      window.setTimeout(function () { if (sending[number]) { show(); } }, MOMENT);
    }
    if (sending[number]) { return Promise.resolve(null); }
    sending[number] = true;
    return post(number, item, token.value).then(function (answer) {
      if (answer.status !== 400) { return answer; }
      return freshToken().then(function (fresh) { return post(number, item, fresh); });
    }).then(function (answer) {
      var is_ours = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
      return is_ours ? answer.json().then(function (said) { return [answer.status, said]; }) : [answer.status, {}];
    }).then(function (found) {
      over(number);
      var status = found[0], said = found[1];
      if (status === 200 && said.saved) {
        forget(number);
        show();
        return said;
      }
      var is_here = form && form.dataset.unsent === number;
      if (said.mend && is_here) { return said; }
      if (OVER[status] || said.mend) {
        item.problem = said.problem || said.mend || template.dataset.refused;
        keep(number, item);
      }
      show();
      return null;
    }).catch(function () { over(number); show(); return null; });
  }

  function over(number) {
    delete sending[number];
    delete pressed[number];
  }

  function deliverAll() {
    numbers().forEach(function (number) {
      deliver(number).then(function (said) {
        if (said && said.mend) { keep(number, Object.assign(read(number), { problem: said.mend })); show(); }
        if (said && said.next && form && form.dataset.unsent === number) { window.location = said.next; }
      });
    });
  }

  /* ---------- the form ---------- */
  function typed(button) {
    var values = [];
    Array.from(form.elements).forEach(function (input) {
      if (!input.name || input.type === "hidden" || input.disabled || input.tagName === "BUTTON") { return; }
      if ((input.type === "radio" || input.type === "checkbox") && !input.checked) { return; }
      values.push([input.name, input.value]);
    });
    if (button && button.name) { values.push([button.name, button.value]); }
    return values;
  }

  function sendAsUsual(button) { /* the server's page says what to mend */
    if (button && button.name) {
      var more = document.createElement("input");
      more.type = "hidden"; more.name = button.name; more.value = button.value;
      form.append(more);
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  if (form && kept && template && window.fetch && window.AbortController) {
    form.addEventListener("submit", function (event) {
      var number = form.dataset.unsent, button = event.submitter;
      var item = { key: form.elements.key.value, at: Date.now(), values: typed(button) };
      if (sending[number]) { event.preventDefault(); return; }
      if (!keep(number, item)) { return; }
      event.preventDefault();
      deliver(number, true).then(function (said) {
        if (said && said.next) { window.location = said.next; return; }
        if (said && said.mend) { forget(number); sendAsUsual(button); return; }
        var note = document.querySelector('[data-unsent-note="' + number + '"]');
        if (note) { note.scrollIntoView({ block: "center" }); }
      });
    });
  }

  /* Who signs out is asked first, before anything else is forgotten: what was written down would be lost. */
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-forget-drafts]") || !numbers().length) { return; }
    if (template && !window.confirm(template.dataset.leaving)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    numbers().forEach(forget);
  }, true);

  if (numbers().length) {
    show();
    if (navigator.onLine !== false) { deliverAll(); }
  }
  window.addEventListener("online", deliverAll);
  window.setInterval(function () { if (numbers().length && navigator.onLine !== false) { deliverAll(); } }, AGAIN);
})();
