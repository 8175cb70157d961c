import type { ComponentChildren } from "preact";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { langOf } from "../parts/Cards";
import { Body, RichText } from "../parts/Content";
import { localAddress } from "../parts/Frame";
import { Picture } from "../parts/Picture";
import { Title } from "../parts/Title";
import type { ArticleRoute, ScreenProps } from "../screens";
import { dayName, momentIn } from "../times";

export function Article({ data: { page }, screen }: ScreenProps<"article">) {
  const { language } = useSite();
  const lang = langOf(page.locale, language);
  return (
    <article class="article">
      <header class="wide split top">
        <div lang={lang}>
          {page.category && <p class="over">{page.category.name}</p>}
          <Title>{page.title}</Title>
          {page.alsoKnownAs.length > 0 && <AlsoKnownAs names={page.alsoKnownAs} />}
          <p class="lead">{page.summary}</p>
          <Actions page={page} locale={screen.locale} />
        </div>
        <Picture image={page.heroImage} shape="hero" sizes="(min-width: 64rem) 36rem, 100vw" isFirst />
      </header>
      <div class="wide article-columns">
        <div class="article-text">
          <Sections page={page} />
        </div>
        <Facts page={page} locale={screen.locale} />
      </div>
    </article>
  );
}

function AlsoKnownAs({ names }: { names: string[] }) {
  const { text, language } = useSite();
  return (
    <p class="small">
      <span lang={language}>{text.alsoKnownAs}:</span> {names.join(", ")}
    </p>
  );
}

function Actions({ page, locale }: { page: ArticleRoute; locale: string | undefined }) {
  const { text, screen, language } = useSite();
  const phone = screen.layout?.clinic.phone;
  return (
    <div class="actions" lang={language}>
      {page.booking && (
        <a class="button" href={localAddress(locale, `/book/${page.slug}/`)}>
          {text.book}
        </a>
      )}
      {phone && (
        <a class="button quiet" href={`tel:${phone.replace(/[^+\d]/g, "")}`}>
          {text.callUs(phone)}
        </a>
      )}
    </div>
  );
}

/** The sections of the article in their fixed order: risks are never left out. */
function Sections({ page }: { page: ArticleRoute }) {
  const { text } = useSite();
  return (
    <>
      <Section id="introduction" title={text.introduction} isShown={Boolean(page.introduction.html)} page={page}>
        <RichText html={page.introduction.html} />
      </Section>
      <Section id="how-it-works" title={text.howItWorks} isShown={Boolean(page.howItWorks.html)} page={page}>
        <RichText html={page.howItWorks.html} />
      </Section>
      <Section id="what-to-expect" title={text.whatToExpect} isShown={page.whatToExpect.length > 0} page={page}>
        <Steps page={page} />
      </Section>
      <Section id="benefits" title={text.benefits} isShown={page.benefits.length > 0} page={page}>
        <ul class="benefits">
          {page.benefits.map((benefit) => (
            <li key={benefit.id}>
              <h3>{benefit.title}</h3>
              <RichText html={benefit.description.html} />
            </li>
          ))}
        </ul>
      </Section>
      <Section id="risks" title={text.risks} isShown={page.risks.length > 0} page={page}>
        <Risks page={page} />
      </Section>
      <Section id="aftercare" title={text.aftercare} isShown={Boolean(page.aftercare.html)} page={page}>
        <RichText html={page.aftercare.html} />
      </Section>
      <Section id="questions" title={text.questions} isShown={page.faqs.length > 0} page={page}>
        {page.faqs.map((faq) => (
          <details key={faq.id} class="question">
            <summary>
              <h3>{faq.question}</h3>
            </summary>
            <RichText html={faq.answer.html} />
          </details>
        ))}
      </Section>
      <Body blocks={page.body} />
      <Reviewed page={page} />
    </>
  );
}

interface SectionProps {
  id: string;
  title: string;
  isShown: boolean;
  page: ArticleRoute;
  children: ComponentChildren;
}

function Section({ id, title, isShown, page, children }: SectionProps) {
  const { language } = useSite();
  if (!isShown) return null;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div lang={langOf(page.locale, language)}>{children}</div>
    </section>
  );
}

function Steps({ page }: { page: ArticleRoute }) {
  const { text, language } = useSite();
  return (
    <ol class="steps">
      {page.whatToExpect.map((step) => (
        <li key={step.id}>
          <p class="over" lang={language}>
            {text.phases[step.phase]}
          </p>
          <h3>{step.title}</h3>
          <RichText html={step.description.html} />
        </li>
      ))}
    </ol>
  );
}

function Risks({ page }: { page: ArticleRoute }) {
  const { text, language } = useSite();
  return (
    <>
      <p class="small" lang={language}>
        {text.risksNote}
      </p>
      <ul class="risks">
        {page.risks.map((risk) => (
          <li key={risk.id} class={risk.severity.toLowerCase()}>
            <h3>{risk.title}</h3>
            <dl lang={language}>
              <div>
                <dt>{text.severityLabel}</dt>
                <dd class="severity">{text.severities[risk.severity]}</dd>
              </div>
              <div>
                <dt>{text.likelihoodLabel}</dt>
                <dd>
                  {text.likelihoods[risk.likelihood]} <span class="small">({text.likelihoodNumbers[risk.likelihood]})</span>
                </dd>
              </div>
            </dl>
            <RichText html={risk.description.html} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Reviewed({ page }: { page: ArticleRoute }) {
  const { text, language } = useSite();
  if (!page.lastReviewedOn) return null;
  const day = dayName(page.lastReviewedOn, language, { day: "numeric", month: "long", year: "numeric" });
  return (
    <p class="reviewed">
      {text.reviewed(day)}
      {page.reviewedBy && (
        <>
          {" "}
          {text.reviewedBy} <a href={addressOf(page.reviewedBy.path)}>{page.reviewedBy.title}</a>
        </>
      )}
    </p>
  );
}

/** What readers want to know at a glance, beside the article. */
function Facts({ page, locale }: { page: ArticleRoute; locale: string | undefined }) {
  const { text, language } = useSite();
  const { durationMinutesMin: from, durationMinutesMax: to, nextAvailable: slot } = page;
  return (
    <aside class="facts" aria-label={text.withWhom}>
      <dl>
        {page.booking && (
          <div>
            <dt>{text.nextFreeLabel}</dt>
            <dd class="free">
              {slot ? `${momentIn(slot.location.timeZone, slot.startsAt, language)}, ${slot.location.name}` : text.noneFree}
            </dd>
          </div>
        )}
        {(from ?? to) !== null && (
          <div>
            <dt>{text.duration}</dt>
            <dd>{text.minutes(from ?? to ?? 0, to ?? from ?? 0)}</dd>
          </div>
        )}
        {page.downtime && (
          <div>
            <dt>{text.downtime}</dt>
            <dd lang={langOf(page.locale, language)}>{page.downtime}</dd>
          </div>
        )}
      </dl>
      {page.offeredOn.length > 0 && (
        <>
          <h2>{text.withWhom}</h2>
          <ul class="offers">
            {page.offeredOn.map(({ provider, location, summary }) => (
              <li key={`${provider.id} ${location.id}`}>
                <Picture image={provider.photo && { ...provider.photo, alt: "" }} shape="portrait" sizes="4rem" />
                <div>
                  {/* The API says it in its own words, in English. */}
                  <a href={addressOf(provider.path)} lang={langOf("en", language)}>
                    {summary}
                  </a>
                  <span class="small">{location.name}</span>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
      {page.booking && (
        <a class="button" href={localAddress(locale, `/book/${page.slug}/`)}>
          {text.book}
        </a>
      )}
    </aside>
  );
}
