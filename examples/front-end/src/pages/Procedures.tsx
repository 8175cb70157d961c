import { useEffect, useRef, useState } from "preact/hooks";
import { read } from "../api/client";
import { ProceduresDocument } from "../api/generated/graphql";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { ProcedureCard, langOf } from "../parts/Cards";
import { RichText } from "../parts/Content";
import { More } from "../parts/More";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

const TYPING_PAUSE_MS = 250;

export function Procedures({ data: { page, list, categories }, place }: ScreenProps<"procedures">) {
  const { text, language, navigate } = useSite();
  const category = place.query.get("category") ?? undefined;
  const search = place.query.get("q") ?? undefined;
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const filter = (typed: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const now = new URLSearchParams(window.location.search).get("category") ?? undefined;
      navigate(addressOf(page.path, { category: now, q: typed.trim() }), { replace: true, stay: true });
    }, TYPING_PAUSE_MS);
  };
  const shown = { locale: page.locale, ...(category && { category }), ...(search && { search }) };
  return (
    <div class="wide top">
      <div lang={langOf(page.locale, language)}>
        <Title>{page.title}</Title>
        <RichText html={page.introduction.html} className="prose lead" />
      </div>
      <div class="filters">
        <nav aria-label={text.category}>
          {[{ slug: undefined, name: text.allCategories }, ...categories].map(({ slug, name }) => (
            <a key={name} class="chip" href={addressOf(page.path, { category: slug, q: search })} aria-current={slug === category ? "true" : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <label class="field">
          <span class="hidden">{text.filter}</span>
          <input type="search" defaultValue={search} placeholder={text.filter} onInput={(event) => filter(event.currentTarget.value)} />
        </label>
      </div>
      <p role="status" class="count">
        {list.totalCount ? text.found(list.totalCount) : text.foundNothing}
      </p>
      <List key={`${category} ${search}`} first={list} variables={shown} />
    </div>
  );
}

type Page = ScreenProps<"procedures">["data"]["list"];

function List({ first, variables }: { first: Page; variables: object }) {
  const [{ nodes, pageInfo }, setShown] = useState({ nodes: first.nodes, pageInfo: first.pageInfo });
  useEffect(() => setShown(first), [first]);
  const more = async () => {
    const { procedures } = await read(ProceduresDocument, { ...variables, after: pageInfo.endCursor });
    setShown({ nodes: [...nodes, ...procedures.nodes], pageInfo: procedures.pageInfo });
  };
  return (
    <>
      <ul class="cards">
        {nodes.map((procedure, position) => (
          <ProcedureCard key={procedure.id} procedure={procedure} level="h2" isFirst={position === 0} />
        ))}
      </ul>
      {pageInfo.hasNextPage && <More load={more} />}
    </>
  );
}
