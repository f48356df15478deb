
(function () {
  "use strict";
  var root = document.documentElement;
  function byId(id) { return document.getElementById(id); }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  // Colours: the reader's system decides until the button is used.
  var theme = byId("theme");
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
  function named() { theme.textContent = isDark() ? "Light colours" : "Dark colours"; }
  theme.hidden = false;
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    named();
  });
  dark.addEventListener("change", named);
  named();

  // Filters.
  var form = byId("filters");
  var area = byId("filter-area"), strength = byId("filter-strength"), text = byId("filter-text");
  var count = byId("filter-count"), none = byId("filter-none");
  var items = all("details.cap").map(function (item) {
    return { item: item, words: item.textContent.toLowerCase() };
  });
  var cells = {};
  all(".cell").forEach(function (cell) { cells[cell.getAttribute("href").slice(1)] = cell; });

  function fits(entry) {
    var data = entry.item.dataset;
    return (!area.value || data.area === area.value) &&
      (!strength.value || data.strength === strength.value) &&
      text.value.toLowerCase().split(/\s+/).every(function (word) { return entry.words.indexOf(word) >= 0; });
  }
  function filter() {
    var shown = 0;
    items.forEach(function (entry) {
      var fit = fits(entry);
      entry.item.hidden = !fit;
      shown += fit ? 1 : 0;
      if (cells[entry.item.id]) { cells[entry.item.id].classList.toggle("dim", !fit); }
    });
    all(".proofs").forEach(function (group) { group.hidden = !group.querySelector("details.cap:not([hidden])"); });
    count.textContent = shown + " of " + items.length + " shown";
    none.hidden = shown > 0;
  }
  function each(open) {
    items.forEach(function (entry) { if (!entry.item.hidden) { entry.item.open = open; } });
  }
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { window.setTimeout(filter, 0); });
  byId("open-all").addEventListener("click", function () { each(true); });
  byId("close-all").addEventListener("click", function () { each(false); });

  // A link into the page opens what it leads to, and filters do not hide it.
  function reveal() {
    var target = location.hash.length > 1 && byId(location.hash.slice(1));
    if (!target) { return; }
    if (target.hidden || target.closest("[hidden]")) { form.reset(); filter(); }
    if (target.tagName === "DETAILS") {
      target.open = true;
      target.querySelector("summary").focus({ preventScroll: true });
      target.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) { reveal(); }
  });
  reveal();

  // On paper there is what was found; what can be looked up or copied stays closed.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = all("details.paper:not([open])");
    closed.forEach(function (item) { item.open = true; });
  });
  window.addEventListener("afterprint", function () {
    closed.forEach(function (item) { item.open = false; });
  });

  // Copying, where the browser allows it; else the lines are marked, ready to be copied.
  function mark(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    window.getSelection().removeAllRanges();
    window.getSelection().addRange(range);
  }
  all(".copy").forEach(function (button) {
    var code = button.parentNode.querySelector("code");
    function said(words) {
      button.textContent = words;
      window.setTimeout(function () { button.textContent = "Copy"; }, 2000);
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      mark(code);
      if (navigator.clipboard) {
        navigator.clipboard.writeText(code.textContent).then(
          function () { said("Copied"); }, function () { said("Marked"); });
      } else { said("Marked"); }
    });
  });
}());
