/* 邻里: five small improvements. Every page works without this file.
   copying, printing, showing how far it is, keeping a draft, not sending twice. */
(function () {
  "use strict";

  /* ---------- copy: <button data-copy="#id" data-copied="…" data-not-copied="…" hidden>, then <p role="status"> ---------- */
  function selectAll(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function copyTheOlderWay(node) { /* an address without https, or a browser that says no */
    selectAll(node);
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  function copy(node) {
    if (!navigator.clipboard || !window.isSecureContext) { return copyTheOlderWay(node); }
    var text = "value" in node ? node.value : node.textContent;
    return navigator.clipboard.writeText(text).catch(function () { return copyTheOlderWay(node); });
  }

  function say(button, words) {
    var status = button.parentNode.querySelector('[role="status"]');
    if (!status) { return; }
    status.textContent = "";
    window.setTimeout(function () { status.textContent = words; }, 50); /* said again if it is the same */
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var node = document.querySelector(button.dataset.copy);
    if (!node) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      copy(node).then(function () {
        say(button, button.dataset.copied || "");
      }, function () {
        selectAll(node);
        say(button, button.dataset.notCopied || "");
      });
    });
  });

  /* ---------- print: <button data-print hidden> ---------- */
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* ---------- how far it is: <section id="live" data-live="10">, drawn anew every so many seconds until it is done ---------- */
  function carry(part, fresh) { /* what was opened or written meanwhile; answers whether it still has a place */
    var has_place = true;
    part.querySelectorAll("details[open] > summary").forEach(function (old) {
      fresh.querySelectorAll("details > summary").forEach(function (summary) {
        if (summary.textContent === old.textContent) { summary.parentNode.open = true; }
      });
    });
    part.querySelectorAll("input, textarea").forEach(function (old) {
      if (isBox(old) || old.value === old.defaultValue) { return; }
      var input = old.id ? fresh.querySelector("#" + old.id) : null;
      if (!input) { has_place = false; return; }
      input.value = old.value;
      if (input.closest("details")) { input.closest("details").open = true; }
    });
    return has_place;
  }

  function drawAnew(part) {
    window.setTimeout(function () {
      if (document.hidden || part.contains(document.activeElement)) { drawAnew(part); return; }
      fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : Promise.reject(new Error("answer"));
      }).then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById(part.id);
        if (!fresh) { return; }
        /* whoever began to write while it was asked for goes on writing */
        if (part.contains(document.activeElement) || !carry(part, fresh)) { drawAnew(part); return; }
        part.replaceWith(fresh);
        if (fresh.dataset.live) { drawAnew(fresh); }
      }).catch(function () { drawAnew(part); });
    }, Number(part.dataset.live) * 1000);
  }

  document.querySelectorAll("[data-live]").forEach(drawAnew);

  /* ---------- drafts: <form data-draft="name">; kept on this device for a week, gone when the form has arrived.
     With data-draft-in-tab, for what others must not find here, only until the tab is closed ---------- */
  var PREFIX = "linli.draft.";
  var SENT = "linli.sent";
  var WEEK = 7 * 24 * 3600 * 1000;

  function storage(kind) { /* a browser may refuse to keep anything */
    try { return window[kind]; } catch (refused) { return null; }
  }
  var drafts = storage("localStorage");
  var session = storage("sessionStorage");

  function quietly(work) {
    try { return work(); } catch (refused) { return null; }
  }

  function forgetAllDrafts() {
    [drafts, session].forEach(function (store) {
      quietly(function () {
        Object.keys(store).forEach(function (key) {
          if (key.indexOf(PREFIX) === 0) { store.removeItem(key); }
        });
      });
    });
  }

  function endNotices() { /* whoever uses the phone next is shown nobody else's */
    if (!navigator.serviceWorker) { return; }
    navigator.serviceWorker.getRegistrations().then(function (all) {
      all.forEach(function (registration) { registration.unregister(); });
    });
  }

  function forgetDraft(key) {
    [drafts, session].forEach(function (store) { quietly(function () { store.removeItem(key); }); });
  }

  function kept(input) {
    return input.name && input.name !== "csrf_token" && !input.disabled
      && ["hidden", "password", "file", "submit", "button", "reset"].indexOf(input.type) < 0;
  }

  function isBox(input) { return input.type === "checkbox" || input.type === "radio"; }

  function read(form) {
    return Array.from(form.elements).filter(kept).map(function (input) {
      return isBox(input) ? [input.name, input.value, input.checked] : [input.name, input.value];
    });
  }

  function write(form, values) { /* answers whether anything changed */
    var inputs = Array.from(form.elements).filter(kept);
    var changed = false;
    values.forEach(function (entry, at) {
      var input = inputs[at];
      if (!input || input.name !== entry[0]) { return; }
      if (isBox(input)) {
        if (input.value === entry[1] && input.checked !== entry[2]) { input.checked = entry[2]; changed = true; }
      } else if (input.value !== entry[1]) {
        input.value = entry[1];
        changed = true;
      }
    });
    return changed;
  }

  function showDraftNote(form, key, fresh) {
    var template = document.getElementById("draft-note");
    if (!template) { return; }
    var note = template.content.firstElementChild.cloneNode(true);
    note.querySelector("[data-draft-drop]").addEventListener("click", function () {
      forgetDraft(key);
      write(form, fresh);
      note.remove();
      var first = Array.from(form.elements).filter(kept)[0];
      if (first) { first.focus(); }
    });
    form.prepend(note);
  }

  function keepDraft(form) {
    var key = PREFIX + form.dataset.draft;
    var store = form.hasAttribute("data-draft-in-tab") ? session : drafts;
    var fresh = read(form);
    var saved = quietly(function () { return JSON.parse(store.getItem(key)); });
    /* a form that came back with errors already holds what was typed */
    if (saved && Date.now() - saved.at < WEEK && !document.querySelector(".errors")) {
      if (write(form, saved.values)) { showDraftNote(form, key, fresh); }
    }
    var timer = null;
    function save() {
      window.clearTimeout(timer);
      timer = null;
      quietly(function () { store.setItem(key, JSON.stringify({ at: Date.now(), values: read(form) })); });
    }
    form.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 400);
    });
    window.addEventListener("pagehide", function () { if (timer) { save(); } });
    form.addEventListener("submit", function () {
      save();
      quietly(function () { session.setItem(SENT, JSON.stringify({ at: Date.now(), key: key })); });
    });
  }

  /* The page after sending says that it worked: only then is the draft of no more use. */
  var sent = quietly(function () { return JSON.parse(session.getItem(SENT)); });
  if (sent && document.querySelector('[data-said="success"]')) {
    quietly(function () {
      if (Date.now() - sent.at < 10 * 60 * 1000) { forgetDraft(sent.key); }
      session.removeItem(SENT);
    });
  }
  document.querySelectorAll("form[data-draft]").forEach(keepDraft);
  document.querySelectorAll("form[data-forget-drafts]").forEach(function (form) {
    form.addEventListener("submit", forgetAllDrafts); /* signing out on a shared phone leaves nothing */
    form.addEventListener("submit", endNotices);
  });

  /* ---------- not sending twice: a second press within three seconds does nothing ---------- */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") { return; }
    if (form.dataset.busy) { event.preventDefault(); return; }
    form.dataset.busy = "1";
    var buttons = form.querySelectorAll('button[type="submit"]');
    buttons.forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    window.setTimeout(function () { free(form); }, 3000);
  });

  function free(form) {
    delete form.dataset.busy;
    form.querySelectorAll('button[type="submit"]').forEach(function (button) { button.removeAttribute("aria-disabled"); });
  }

  window.addEventListener("pageshow", function (event) { /* back from the next page: everything may be pressed again */
    if (event.persisted) { document.querySelectorAll("form[data-busy]").forEach(free); }
  });

  /* ---------- a form with mistakes: begin at the list of them ---------- */
  var errors = document.querySelector(".errors[tabindex]");
  if (errors) { errors.focus(); }
})();
