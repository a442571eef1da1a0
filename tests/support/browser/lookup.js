// Finds what a person using a screen reader would name: an element of a role, with an accessible name.
// A cut of the ARIA rules that is enough for one application's markup; the driver's own computed role and name are
// compared with it each time something is pressed or filled.

const IMPLICIT = {
  button: "button, input[type=submit], input[type=button], summary",
  link: "a[href]",
  textbox: "input:not([type]):not([list]), input[type=text]:not([list]), input[type=email], input[type=password], input[type=tel], input[type=url], textarea",
  searchbox: "input[type=search]",
  spinbutton: "input[type=number]",
  checkbox: "input[type=checkbox]",
  radio: "input[type=radio]",
  combobox: "select, input[list]",
  file: "input[type=file]",
  status: "output",
  alert: "",
  heading: "h1, h2, h3, h4, h5, h6",
  listitem: "li",
  row: "tr",
  rowheader: "th[scope=row]",
  cell: "td",
  dialog: "dialog",
  navigation: "nav",
  main: "main",
  progressbar: "progress",
  tab: "",
  group: "fieldset, details",
  region: "section[aria-label], section[aria-labelledby]",
};

const tidy = (text) => (text ?? "").replace(/[\s\u00a0\u202f\u2009\u2007]+/g, " ").trim();

function visible(element) {
  if (element.closest("[aria-hidden=true], [inert]")) return false;
  // An open modal dialog is all there is: what is behind it is inert.
  const modal = document.querySelector("dialog:modal");
  if (modal && !modal.contains(element)) return false;
  return element.checkVisibility({ visibilityProperty: true });
}

function contents(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.getAttribute("aria-hidden") === "true" || node.hidden) return "";
  const label = node.getAttribute("aria-label");
  if (label) return label;
  if (node.localName === "img") return node.alt;
  if (node.localName === "svg") return node.querySelector("title")?.textContent ?? "";
  const block = getComputedStyle(node).display === "inline" ? "" : " ";
  return block + Array.from(node.childNodes, contents).join("") + block;
}

const NAMED_BY_CONTENTS = new Set(["BUTTON", "A", "SUMMARY", "TH", "TD", "H1", "H2", "H3", "H4", "H5", "H6"]);
const ROLES_NAMED_BY_CONTENTS = new Set(["button", "link", "tab", "heading", "rowheader", "cell", "option", "switch", "radio", "checkbox"]);

function accessibleName(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) return tidy(by.split(/\s+/).map((id) => contents(document.getElementById(id) ?? document.createTextNode(""))).join(" "));
  const label = element.getAttribute("aria-label");
  if (label) return tidy(label);
  if (element.labels?.length) return tidy(Array.from(element.labels, contents).join(" "));
  if (NAMED_BY_CONTENTS.has(element.tagName) || ROLES_NAMED_BY_CONTENTS.has(element.getAttribute("role"))) {
    const own = tidy(contents(element));
    if (own) return own;
  }
  if (element.localName === "fieldset") return tidy(element.querySelector("legend")?.textContent);
  if (element.type === "submit" || element.type === "button") return tidy(element.value);
  return tidy(element.title || element.placeholder);
}

function withRole(role, within) {
  const implicit = IMPLICIT[role] ? Array.from(within.querySelectorAll(IMPLICIT[role])) : [];
  const plain = implicit.filter((element) => !element.hasAttribute("role") || element.getAttribute("role") === role);
  const said = Array.from(within.querySelectorAll(`[role~="${role}"]`)).filter((element) => !plain.includes(element));
  return [...plain, ...said];
}

// `name` may be null: any. Files are often chosen through a label over a hidden input.
function find(role, name, within = document) {
  const wanted = name === null ? null : tidy(name);
  return withRole(role, within).filter(
    (element) => (role === "file" || visible(element)) && (wanted === null || accessibleName(element) === wanted));
}

// The list item or row whose heading is the product's name; a name that only starts so will do when none is equal.
function findItem(title) {
  const wanted = tidy(title);
  const items = [...withRole("listitem", document), ...withRole("row", document)].filter(visible);
  const titled = items.flatMap((item) => {
    const heading = withRole("heading", item)[0] ?? withRole("rowheader", item)[0];
    return heading ? [{ item, title: accessibleName(heading) }] : [];
  });
  const exact = titled.find((each) => each.title === wanted);
  return (exact ?? titled.find((each) => each.title.startsWith(wanted)))?.item ?? null;
}

function itemTitles() {
  const items = [...withRole("listitem", document), ...withRole("row", document)].filter(visible);
  return items.flatMap((item) => {
    const heading = withRole("heading", item)[0] ?? withRole("rowheader", item)[0];
    return heading ? [accessibleName(heading)] : [];
  });
}

const visibleText = (element) => tidy((element ?? document.body)?.innerText);
