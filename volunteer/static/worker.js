/* 邻里: shows a notice and opens its page; push.js sets it to work.
   It lives under static/ and so never stands between a page and us: nothing is kept, nothing is
   changed on the way. */
"use strict";

self.addEventListener("install", function () { self.skipWaiting(); });

function ours(url) { /* only a page of ours is ever opened */
  var home = new URL("../", self.location.href);
  var page = new URL(url || "", home);
  return page.origin === home.origin ? page.href : home.href;
}

self.addEventListener("push", function (event) {
  var said = event.data.json();
  event.waitUntil(self.registration.showNotification(said.title, {
    body: said.body,
    tag: said.tag,
    data: { url: said.url }
  }));
});

self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(ours(event.notification.data.url)));
});
