/* 邻里: "Tell me on this device". The browser is asked for an address and keys, and the form is sent with
   them. Without this file the page offers the other ways of being told. */
(function () {
  "use strict";

  var part = document.querySelector("[data-push]");
  if (!part || !part.dataset.push) { return; }
  var form = part.querySelector("form[hidden]");
  var status = part.querySelector('[role="status"]');
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) { return; }
  form.hidden = false;
  part.querySelector("[data-cannot]").hidden = true;

  function unpacked(text) {
    var letters = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(letters, function (letter) { return letter.charCodeAt(0); });
  }

  function atWork(registration) { /* only a worker that is at work can be told anything */
    if (registration.active) { return registration; }
    var worker = registration.installing || registration.waiting;
    return new Promise(function (done, failed) {
      worker.addEventListener("statechange", function () {
        if (worker.state === "activated") { done(registration); }
        if (worker.state === "redundant") { failed(new Error("worker")); }
      });
    });
  }

  function subscribe(registration) {
    var wish = { userVisibleOnly: true, applicationServerKey: unpacked(part.dataset.push) };
    return registration.pushManager.subscribe(wish).catch(function (error) {
      if (error.name !== "InvalidStateError") { throw error; }
      /* it was set up for a key that we no longer have */
      return registration.pushManager.getSubscription().then(function (old) {
        return old.unsubscribe();
      }).then(function () { return registration.pushManager.subscribe(wish); });
    });
  }

  function send(subscription) {
    var said = subscription.toJSON();
    form.elements.address.value = said.endpoint;
    form.elements.key.value = said.keys.p256dh;
    form.elements.secret.value = said.keys.auth;
    form.submit();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    status.textContent = "";
    /* the question is only asked while a press is fresh */
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") { status.textContent = status.dataset.refused; return null; }
      return navigator.serviceWorker.register(part.dataset.worker).then(atWork).then(subscribe).then(send);
    }).catch(function () { status.textContent = status.dataset.failed; });
  });
})();
