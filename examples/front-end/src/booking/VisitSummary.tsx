import type { PlaceFragment } from "../api/generated/graphql";
import { useSite } from "../app";
import { langOf } from "../parts/Cards";
import { AddressLines } from "../parts/Places";
import { cityOf, differ, momentIn, ownZone } from "../times";

interface VisitSummaryProps {
  /** What this time is, where there are two. */
  heading?: string | undefined;
  title: string;
  locale: string;
  startsAt: string;
  location: PlaceFragment;
  provider: string | undefined;
}

/** What, when, with whom and where: the time at the place of the visit, and at the reader's where clocks differ. */
export function VisitSummary({ heading, title, locale, startsAt, location, provider }: VisitSummaryProps) {
  const { text, language } = useSite();
  const own = ownZone();
  return (
    <div class="summary">
      {heading && <p class="over">{heading}</p>}
      <p class="what" lang={langOf(locale, language)}>
        {title}
      </p>
      <p class="when">
        {momentIn(location.timeZone, startsAt, language)} <span class="small">{text.booking.cityTime(cityOf(location.timeZone))}</span>
      </p>
      {differ(location.timeZone, own, startsAt) && (
        <p class="small own">{text.booking.yourTime(momentIn(own, startsAt, language), cityOf(own))}</p>
      )}
      {provider && <p>{text.booking.withProvider(provider)}</p>}
      <div class="where">
        <strong>{location.name}</strong>
        <AddressLines location={location} />
      </div>
    </div>
  );
}
