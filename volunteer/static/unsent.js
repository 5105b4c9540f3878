/* 邻里: what was written down without network. <form data-unsent="12" …> is sent by this script; what can't be
   sent stays on the phone, by the number of the visit and the key of the page: only what was typed, never whom
   one visits, where, or what the server said of them. It goes as soon as there is network, once (the server takes each
   key once), and is gone after that, and when somebody signs out, who is asked first. Without this file the form is sent as usual. */
(function () {
  "use strict";

  var PREFIX = "linli.unsent.";
  var PATIENCE = 12 * 1000;
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

  /* ---------- the sign: what has not been sent yet ---------- */
  function show() {
    document.querySelectorAll("[data-unsent-note]").forEach(function (old) { old.remove(); });
    if (!template) { return; }
    numbers().forEach(function (number) {
      var item = read(number);
      if (!item) { forget(number); return; }
      var note = template.content.firstElementChild.cloneNode(true);
      note.dataset.unsentNote = number;
      note.querySelector("[data-unsent-words]").textContent = item.problem || template.dataset.waiting;
      var link = note.querySelector("a");
      link.href = link.getAttribute("href").replace("/0", "/" + number);
      var send = note.querySelector("[data-unsent-send]");
      var drop = note.querySelector("[data-unsent-drop]");
      send.hidden = Boolean(item.problem);
      link.hidden = drop.hidden = !item.problem;
      send.addEventListener("click", function () { deliver(number); });
      drop.addEventListener("click", function () { forget(number); show(); });
      var place = form && form.dataset.unsent === number && form.querySelector("[data-unsent-place]");
      if (place) { place.append(note); } else { document.getElementById("main").prepend(note); }
    });
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

  function deliver(number) { /* answers what came of it: a JSON of the server, or nothing while it waits */
    var item = read(number);
    if (!item || item.problem || sending[number] || !token) { return Promise.resolve(null); }
    sending[number] = true;
    return post(number, item, token.value).then(function (answer) {
      if (answer.status !== 400) { return answer; }
      return freshToken().then(function (fresh) { return post(number, item, fresh); });
    }).then(function (answer) {
      var is_ours = (answer.headers.get("Content-Type") || "").indexOf("json") >= 0;
      return is_ours ? answer.json().then(function (said) { return [answer.status, said]; }) : [answer.status, {}];
    }).then(function (found) {
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
    }).catch(function () { show(); return null; }).finally(function () { delete sending[number]; });
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
      deliver(number).then(function (said) {
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
