import { useEffect, useRef, useState } from "preact/hooks";
import { read } from "../api/client";
import { SearchDocument } from "../api/generated/graphql";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { More } from "../parts/More";
import { SearchForm } from "../parts/SearchForm";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

const TYPING_PAUSE_MS = 250;

export function Search({ data: { results }, screen, place }: ScreenProps<"search">) {
  const { text, navigate } = useSite();
  const words = place.query.get("q") ?? "";
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);

  const soon = (typed: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const { pathname } = location;
      navigate(typed.trim() ? `${pathname}?${new URLSearchParams({ q: typed.trim() })}` : pathname, { replace: true, stay: true });
    }, TYPING_PAUSE_MS);
  };
  return (
    <div class="narrow top">
      <Title>{text.search}</Title>
      <SearchForm words={words} onInput={soon} />
      <p class="small">{text.searchHint}</p>
      <p role="status" class="count">
        {results && (results.totalCount ? text.found(results.totalCount) : text.foundNothing)}
      </p>
      {results && <Results key={words} first={results} words={words} locale={screen.locale} />}
    </div>
  );
}

type Found = NonNullable<ScreenProps<"search">["data"]["results"]>;

function Results({ first, words, locale }: { first: Found; words: string; locale: string | undefined }) {
  const { text } = useSite();
  const [{ edges, pageInfo }, setShown] = useState({ edges: first.edges, pageInfo: first.pageInfo });
  const more = async () => {
    const { search } = await read(SearchDocument, { words, after: pageInfo.endCursor, ...(locale && { locale }) });
    setShown({ edges: [...edges, ...search.edges], pageInfo: search.pageInfo });
  };
  return (
    <>
      <ul class="results">
        {edges.map(({ node, highlight }) => (
          <li key={node.id}>
            <p class="over">{text.kinds[node.__typename]}</p>
            <h2>
              <a href={addressOf(node.path)}>{node.title}</a>
            </h2>
            <p dangerouslySetInnerHTML={{ __html: highlight }} />
          </li>
        ))}
      </ul>
      {pageInfo.hasNextPage && <More load={more} />}
    </>
  );
}
