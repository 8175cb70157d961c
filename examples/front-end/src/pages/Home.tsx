import { addressOf } from "../addresses";
import { useSite } from "../app";
import { ProcedureCard, ProviderCard, langOf } from "../parts/Cards";
import { Body, RichText } from "../parts/Content";
import { localAddress } from "../parts/Frame";
import { Picture } from "../parts/Picture";
import { AddressLines } from "../parts/Places";
import { SearchForm } from "../parts/SearchForm";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

export function Home({ data: { page, highlights }, screen }: ScreenProps<"home">) {
  const { text, language } = useSite();
  const clinic = screen.layout?.clinic;
  const lang = langOf(page.locale, language);
  // The clinic's greeting stands in where editors wrote no introduction.
  const [lead, ...greeting] = page.introduction.html ? [] : (clinic?.welcome ?? "").split(/\n+/);
  const picture = page.heroImage ?? null;
  const [firstProcedures] = [highlights.procedureIndex.nodes[0]];
  const [firstProviders] = [highlights.providerIndex.nodes[0]];
  return (
    <>
      <section class="hero">
        <div class="wide split">
          <div lang={lang}>
            <Title lang={lang}>{page.headline || page.title}</Title>
            {lead && <p class="lead">{lead}</p>}
            <RichText html={page.introduction.html} className="prose lead" />
            <div class="actions" lang={language}>
              <a class="button" href={localAddress(screen.locale, "/book/")}>
                {text.book}
              </a>
              {firstProcedures && (
                <a class="button quiet" href={addressOf(firstProcedures.path)}>
                  {text.allTreatments}
                </a>
              )}
            </div>
            <SearchForm />
          </div>
          {picture ? (
            <Picture image={picture} shape="hero" sizes="(min-width: 64rem) 36rem, 100vw" isFirst />
          ) : (
            <Collage people={highlights.providers.nodes} />
          )}
        </div>
      </section>

      <section class="wide" aria-labelledby="treatments">
        <div class="row">
          <h2 id="treatments">{text.treatments}</h2>
          {firstProcedures && <a href={addressOf(firstProcedures.path)}>{text.allTreatments}</a>}
        </div>
        <ul class="cards">
          {highlights.procedures.nodes.map((procedure) => (
            <ProcedureCard key={procedure.id} procedure={procedure} />
          ))}
        </ul>
      </section>

      {greeting.length > 0 && (
        <section class="band">
          <div class="narrow prose" lang={lang}>
            {greeting.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
        </section>
      )}
      {page.body.length > 0 && (
        <section class="narrow" lang={lang}>
          <Body blocks={page.body} />
        </section>
      )}

      {highlights.providers.nodes.length > 0 && (
        <section class="wide" aria-labelledby="team">
          <div class="row">
            <h2 id="team">{text.team}</h2>
            {firstProviders && <a href={addressOf(firstProviders.path)}>{text.allProviders}</a>}
          </div>
          <ul class="cards people">
            {highlights.providers.nodes.map((provider) => (
              <ProviderCard key={provider.id} provider={provider} />
            ))}
          </ul>
        </section>
      )}

      {clinic && clinic.locations.length > 0 && (
        <section class="wide" aria-labelledby="locations">
          <h2 id="locations">{text.locations}</h2>
          <ul class="places">
            {clinic.locations.map((location) => (
              <li key={location.id} class="place">
                <h3>{location.name}</h3>
                <AddressLines location={location} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Faces of the team, where editors chose no large picture. */
function Collage({ people }: { people: Parameters<typeof ProviderCard>[0]["provider"][] }) {
  const shown = people.filter(({ photo }) => photo).slice(0, 3);
  return (
    <div class="collage" aria-hidden="true">
      {shown.map(({ id, photo }, position) => (
        <Picture key={id} image={photo && { ...photo, alt: "" }} shape="portrait" sizes="(min-width: 64rem) 14rem, 30vw" isFirst={position === 0} />
      ))}
    </div>
  );
}
