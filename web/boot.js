// Runs before everything else, also in browsers that can run nothing else of the page, so it is written for old ones:
// says how far loading has come, and why it goes no further. docs/serving.md says how the page is served.
(function () {
  "use strict";
  var app = document.getElementById("app");
  var words = app.firstChild;
  var file = document.querySelector("link[as=fetch]");
  var browsers = "Chrome and Edge 91, Firefox 89, Safari 16.4 and newer have it.";

  /** Says what is wrong in place of the page; with a way to try again, and by itself when the network is back. */
  function failed(text, again) {
    words.textContent = text + " ";
    words.setAttribute("role", "alert");
    app.textContent = "";
    app.appendChild(words);
    if (!again) return;
    var button = document.createElement("button");
    button.className = "button";
    button.textContent = "Try again";
    button.onclick = function () {
      location.reload();
    };
    words.appendChild(button);
    addEventListener("online", button.onclick);
  }
  window.raftFailed = failed;

  /** True if WebAssembly knows a function that makes a vector of a number. */
  function hasVectors() {
    var head = [0, 97, 115, 109, 1, 0, 0, 0];
    var code = [1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
    return WebAssembly.validate(new Uint8Array(head.concat(code)));
  }

  if (typeof WebAssembly !== "object") {
    failed("This browser has no WebAssembly, and the Raft engine needs it. " + browsers);
  } else if (!hasVectors()) {
    failed("This browser has WebAssembly without SIMD, which the Raft engine needs. " + browsers);
  } else {
    addEventListener("error", notLoaded, true);
    if (file) follow(fetch(file.href));
    return;
  }
  // Without a place of its own, the page does not start.
  app.removeAttribute("id");

  function notLoaded(event) {
    var it = event.target;
    var loads = it.tagName === "SCRIPT" || (it.tagName === "LINK" && it.rel === "stylesheet");
    // Once the page stands, what is fetched later has its own words.
    if (!loads || !words.isConnected) return;
    failed("A part of the page did not load. Is the network there?", true);
  }

  /** Tells how much of the engine has come; who compiles it reads the same answer. */
  function follow(coming) {
    window.raftEngine = coming;
    coming
      .then(function (answer) {
        var body = answer.clone().body.getReader();
        var come = 0;
        var kilobytes = function (bytes) {
          return Math.round(bytes / 1000);
        };
        body.read().then(function next(part) {
          if (part.done || words.getAttribute("role")) return;
          come += part.value.length;
          words.textContent =
            "Loading the Raft engine: " +
            kilobytes(come) +
            " of " +
            kilobytes(file.dataset.bytes) +
            " kB.";
          return body.read().then(next);
        }, ignore);
      })
      .catch(ignore);
  }

  function ignore() {
    // Who compiles the engine meets the same, and says so.
  }
})();
