import { useState } from "preact/hooks";
import { read } from "../api/client";
import { ProvidersDocument } from "../api/generated/graphql";
import { useSite } from "../app";
import { ProviderCard, langOf } from "../parts/Cards";
import { RichText } from "../parts/Content";
import { More } from "../parts/More";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

export function Providers({ data: { page, list } }: ScreenProps<"providers">) {
  const { language } = useSite();
  const [{ nodes, pageInfo }, setShown] = useState({ nodes: list.nodes, pageInfo: list.pageInfo });
  const more = async () => {
    const { providers } = await read(ProvidersDocument, { locale: page.locale, after: pageInfo.endCursor });
    setShown({ nodes: [...nodes, ...providers.nodes], pageInfo: providers.pageInfo });
  };
  return (
    <div class="wide top">
      <div lang={langOf(page.locale, language)}>
        <Title>{page.title}</Title>
        <RichText html={page.introduction.html} className="prose lead" />
      </div>
      <ul class="cards people">
        {nodes.map((provider, position) => (
          <ProviderCard key={provider.id} provider={provider} level="h2" isFirst={position === 0} />
        ))}
      </ul>
      {pageInfo.hasNextPage && <More load={more} />}
    </div>
  );
}
