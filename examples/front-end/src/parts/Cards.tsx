import type { ProcedureCardFragment, ProviderCardFragment } from "../api/generated/graphql";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { shortMoment } from "../times";
import { Picture } from "./Picture";

/** The `lang` of content in another language than the interface's. */
export function langOf(locale: string, language: string): string | undefined {
  return locale.split("-")[0] === language ? undefined : locale;
}

interface CardProps {
  level?: "h2" | "h3";
  /** In sight at once: its picture waits for nothing. */
  isFirst?: boolean;
}

export function ProcedureCard({ procedure, level: Heading = "h3", isFirst = false }: CardProps & { procedure: ProcedureCardFragment }) {
  const { language } = useSite();
  const { category } = procedure;
  return (
    <li class="card">
      <Picture image={procedure.heroImage} shape="card" sizes="(min-width: 64rem) 22rem, (min-width: 40rem) 45vw, 100vw" isFirst={isFirst} />
      <div lang={langOf(procedure.locale, language)}>
        {category && <p class="over">{category.name}</p>}
        <Heading>
          <a href={addressOf(procedure.path)}>{procedure.title}</a>
        </Heading>
        <p>{procedure.summary}</p>
      </div>
      <NextFree procedure={procedure} />
    </li>
  );
}

/** When the procedure is free next, or that it is booked by phone. */
export function NextFree({ procedure: { nextAvailable: slot, booking } }: { procedure: ProcedureCardFragment }) {
  const { text, language } = useSite();
  if (!booking) return <p class="small">{text.byPhone}</p>;
  if (!slot) return <p class="small">{text.noneFree}</p>;
  return <p class="free">{text.nextFree(shortMoment(slot.location.timeZone, slot.startsAt, language))}</p>;
}

export function ProviderCard({ provider, level: Heading = "h3", isFirst = false }: CardProps & { provider: ProviderCardFragment }) {
  const { text, language } = useSite();
  return (
    <li class="card person">
      <Picture image={provider.photo} shape="portrait" sizes="(min-width: 64rem) 17rem, (min-width: 40rem) 30vw, 50vw" isFirst={isFirst} />
      <div lang={langOf(provider.locale, language)}>
        <Heading>
          <a href={addressOf(provider.path)}>{provider.title}</a>
        </Heading>
        <p>{provider.specialties.slice(0, 3).join(" · ")}</p>
      </div>
      <p class="small">{provider.locations.map(({ name }) => name).join(", ")}</p>
      {!provider.acceptingNewPatients && <p class="small">{text.notAccepting}</p>}
    </li>
  );
}
