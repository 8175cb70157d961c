import { useSite } from "../app";
import { ProcedureCard, langOf } from "../parts/Cards";
import { RichText } from "../parts/Content";
import { Picture } from "../parts/Picture";
import { AddressLines } from "../parts/Places";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

export function Profile({ data: { page } }: ScreenProps<"profile">) {
  const { text, language } = useSite();
  const lang = langOf(page.locale, language);
  const names = new Intl.DisplayNames(language, { type: "language" });
  return (
    <article>
      <div class="wide profile top">
        <Picture image={page.photo} shape="portrait" sizes="(min-width: 64rem) 22rem, (min-width: 40rem) 40vw, 100vw" isFirst />
        <div>
          <div lang={lang}>
            <Title>{page.title}</Title>
            <p class="small">{page.credentials.join(" · ")}</p>
          </div>
          <p class={page.acceptingNewPatients ? "badge" : "badge off"}>{page.acceptingNewPatients ? text.accepting : text.notAccepting}</p>
          <div lang={lang}>
            <RichText html={page.biography.html} className="prose lead" />
          </div>
          <dl class="details">
            {page.specialties.length > 0 && (
              <div>
                <dt>{text.specialties}</dt>
                <dd lang={lang}>{page.specialties.join(", ")}</dd>
              </div>
            )}
            {page.languages.length > 0 && (
              <div>
                <dt>{text.speaks}</dt>
                <dd>{page.languages.map((code) => names.of(code)).join(", ")}</dd>
              </div>
            )}
            {page.availabilityRules.length > 0 && (
              <div>
                <dt>{text.hours}</dt>
                <dd lang={langOf("en", language)}>
                  <ul>
                    {page.availabilityRules.map((rule) => (
                      <li key={rule.id}>{rule.summary}</li>
                    ))}
                  </ul>
                </dd>
              </div>
            )}
          </dl>
          <ul class="places">
            {page.locations.map((location) => (
              <li key={location.id} class="place">
                <h2>{location.name}</h2>
                <AddressLines location={location} />
              </li>
            ))}
          </ul>
        </div>
      </div>
      {page.procedures.nodes.length > 0 && (
        <section class="wide" aria-labelledby="performs">
          <h2 id="performs">{text.performs}</h2>
          <ul class="cards">
            {page.procedures.nodes.map((procedure) => (
              <ProcedureCard key={procedure.id} procedure={procedure} />
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}
