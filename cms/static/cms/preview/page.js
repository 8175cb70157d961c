"use strict";

// Shows one draft. The editor leads here with `#token=…&type=…&id=…&path=…`.

const IMAGE = "{ alt rendition(preset: HERO) { url width height } srcSet(preset: HERO) }";
const DRAFT = `query Draft($token: String!) {
  page(previewToken: $token) {
    __typename
    title
    ... on HomePage { headline introduction { html } heroImage ${IMAGE} body { ...Body } }
    ... on ProcedureIndexPage { introduction { html } }
    ... on ProviderIndexPage { introduction { html } }
    ... on ProcedurePage {
      summary
      heroImage ${IMAGE}
      introduction { html }
      howItWorks { html }
      whatToExpect { phase title description { html } }
      aftercare { html }
      downtime
      benefits { title description { html } }
      risks { title severity likelihood description { html } }
      faqs { question answer { html } }
      body { ...Body }
    }
    ... on ProviderPage {
      photo { alt rendition(preset: PORTRAIT) { url width height } srcSet(preset: PORTRAIT) }
      credentials
      specialties
      languages
      biography { html }
      procedures { nodes { title } }
      availabilityRules { summary location { name } }
    }
  }
}
fragment Body on StreamFieldInterface {
  ... on HeadingBlock { text }
  ... on ParagraphBlock { content { html } }
  ... on QuoteBlock { words: text attribution }
  ... on CalloutBlock { title content { html } }
}`;

const state = document.getElementById("state");
const main = document.getElementById("page");

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.dir = "auto";
  if (className) made.className = className;
  return made;
}

// The API cleans rich text; every other text goes through textContent.
function formatted(richText) {
  const made = document.createElement("div");
  made.innerHTML = richText.html;
  made.dir = "auto";
  return made;
}

function picture(image) {
  const made = document.createElement("img");
  Object.assign(made, image.rendition, { alt: image.alt, srcset: image.srcSet });
  return made;
}

function words(name) {
  return name.toLowerCase().replaceAll("_", " ");
}

function section(heading, parts) {
  const shown = parts.filter((part) => part.textContent.trim());
  return shown.length ? [element("h2", heading), ...shown] : [];
}

function list(texts) {
  const made = document.createElement("ul");
  made.append(...texts.map((text) => element("li", text)));
  return made;
}

function items(all, title, text, label = () => "") {
  return all.flatMap((item) => [
    element("h3", title(item)),
    element("p", label(item), "label"),
    formatted(text(item)),
  ]);
}

function article(page) {
  const title = (item) => item.title;
  const text = (item) => item.description;
  const risk = (item) => `${words(item.severity)}, ${words(item.likelihood)}`;
  return [
    element("p", page.summary, "lead"),
    ...(page.heroImage ? [picture(page.heroImage)] : []),
    formatted(page.introduction),
    ...section("How it works", [formatted(page.howItWorks)]),
    ...section("What to expect", items(page.whatToExpect, title, text, (item) => words(item.phase))),
    ...section("Downtime", [element("p", page.downtime)]),
    ...section("Aftercare", [formatted(page.aftercare)]),
    ...section("Benefits", items(page.benefits, title, text)),
    ...section("Risks", items(page.risks, title, text, risk)),
    ...section("Questions", items(page.faqs, (item) => item.question, (item) => item.answer)),
    ...body(page.body),
  ];
}

function profile(page) {
  return [
    ...(page.photo ? [picture(page.photo)] : []),
    formatted(page.biography),
    ...section("Credentials", [list(page.credentials)]),
    ...section("Specialties", [list(page.specialties)]),
    ...section("Languages", [list(page.languages)]),
    ...section("Procedures", [list(page.procedures.nodes.map((procedure) => procedure.title))]),
    ...section("Hours", [list(page.availabilityRules.map((rule) => `${rule.summary} (${rule.location.name})`))]),
  ];
}

function body(blocks) {
  return blocks.flatMap((block) => [
    ...(block.text ?? block.title ? [element("h2", block.text ?? block.title)] : []),
    ...(block.words ? [element("blockquote", `${block.words} ${block.attribution}`)] : []),
    ...(block.content ? [formatted(block.content)] : []),
  ]);
}

function front(page) {
  return [
    element("p", page.headline, "lead"),
    ...(page.heroImage ? [picture(page.heroImage)] : []),
    formatted(page.introduction),
    ...body(page.body),
  ];
}

const SHOWN_AS = { HomePage: front, ProcedurePage: article, ProviderPage: profile };

function gaps(placeholders) {
  if (!placeholders.length) return [];
  const made = element("aside", "", "gaps");
  made.append(element("p", "Missing in this draft, and filled or left out here:"), list(placeholders));
  return [made];
}

function show(page, preview) {
  const until = new Date(preview.expiresAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const content = SHOWN_AS[page.__typename] ?? ((index) => [formatted(index.introduction)]);
  document.title = `Preview: ${page.title}`;
  state.textContent = `This is a draft. The preview ends at ${until}.`;
  main.replaceChildren(element("h1", page.title), ...gaps(preview.placeholders), ...content(page));
}

function fail(message) {
  state.textContent = "Nothing to show";
  main.replaceChildren(element("h1", "No preview"), element("p", message));
}

// The token leaves the address bar, and stays in the history entry, so that a reload still has it.
function tokenOfAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState({ token }, "", location.pathname);
  return history.state?.token;
}

async function load() {
  const token = tokenOfAddress();
  if (!token) {
    fail("Open the preview in the editor.");
    return;
  }
  try {
    const response = await fetch("/graphql/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: DRAFT, variables: { token } }),
      cache: "no-store",
      credentials: "omit",
    });
    const { data, errors, extensions } = await response.json();
    if (errors) fail(errors[0].message);
    else show(data.page, extensions.preview);
  } catch {
    fail("The clinic's API cannot be reached. Try again.");
  }
}

window.addEventListener("hashchange", load);
load();
