import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { send } from "../api/client";
import { type OfferOfQuery, OfferOfDocument } from "../api/generated/graphql";
import { addressOf } from "../addresses";
import { useSite } from "../app";
import { CallUs } from "../parts/CallUs";
import { localAddress } from "../parts/Frame";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";
import { keepDeclined } from "./declined";
import { Details } from "./Details";
import { type BookedVisit, Done } from "./Done";
import type { Intent } from "./intent";
import { Linked, focusHeading } from "./Linked";

interface Offered {
  /** That of the link, whichever time is chosen in the end. */
  token: string;
  procedure: NonNullable<OfferOfQuery["hold"]>["procedure"];
  intent: Intent;
}

/** What the entry of the history holds. */
interface EntryState {
  offered?: Offered;
  visit?: BookedVisit;
}

/** A time that is held for somebody on the waitlist, for whoever has its link. */
export function Offer({ place, screen }: ScreenProps<"offer">) {
  const { navigate } = useSite();
  // Of the patient nothing is kept in the history.
  const [email, setEmail] = useState("");
  // After a reload the visit is still there, and the link has left the address.
  const { visit } = entryState();
  useEffect(() => {
    if (!visit) return;
    focusHeading();
    scrollTo(0, 0);
  }, [visit?.reference]);
  return (
    <div class="narrow top booking">
      {visit ? (
        <Done visit={visit} email={email} locale={screen.locale} />
      ) : (
        <Linked find={offerOf} unknown={<Over locale={screen.locale} />}>
          {(offered, _, onChange) => (
            <OfferDetails
              offered={offered}
              onChange={onChange}
              onBooked={(booked, address) => {
                setEmail(address);
                navigate(addressOf(place.path), { replace: true, state: { visit: booked } });
              }}
            />
          )}
        </Linked>
      )}
    </div>
  );
}

interface OfferDetailsProps {
  offered: Offered;
  onChange(offered: Offered): void;
  onBooked(visit: BookedVisit, email: string): void;
}

function OfferDetails({ offered, onChange, onBooked }: OfferDetailsProps) {
  const { text, navigate } = useSite();
  const { token, procedure, intent } = offered;
  // After a lost answer and a reload, the same key leads to the visit that was booked.
  useLayoutEffect(() => history.replaceState({ ...entryState(), offered }, ""), [offered]);
  return (
    <Details
      title={intent.isOffer ? text.offer.title : undefined}
      procedure={procedure}
      intent={intent}
      offer={token}
      onIntent={(next) => onChange({ ...offered, intent: next })}
      onBooked={onBooked}
      onOther={() => {
        keepDeclined({ offer: token, path: procedure.path });
        // Nobody's language is known yet: the procedure is that of the default locale.
        navigate(localAddress(undefined, `/book/${procedure.path.split("/").at(-2) ?? ""}/`));
      }}
    />
  );
}

function entryState(): EntryState {
  return (history.state as EntryState | null) ?? {};
}

async function offerOf(token: string): Promise<Offered | null> {
  const { offered } = entryState();
  if (offered?.token === token) return offered;
  const { hold } = await send(OfferOfDocument, { token });
  if (!hold) return null;
  const { procedure, secondsLeft, slot } = hold;
  const held = { token, lapsesAt: Date.now() + secondsLeft * 1000 };
  return { token, procedure, intent: { slot, provider: undefined, hold: held, isOffer: true, key: crypto.randomUUID() } };
}

function Over({ locale }: { locale: string | undefined }) {
  const { text } = useSite();
  return (
    <>
      <Title>{text.offer.overTitle}</Title>
      <p class="lead">{text.offer.over}</p>
      <div class="actions">
        <a class="button" href={localAddress(locale, "/book/")}>
          {text.offer.freeTimes}
        </a>
        <CallUs />
      </div>
    </>
  );
}
