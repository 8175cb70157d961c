import { useEffect, useState } from "preact/hooks";
import type { BookVisitMutation } from "../api/generated/graphql";
import { useSite } from "../app";
import { localAddress } from "../parts/Frame";
import { Title } from "../parts/Title";
import { momentIn } from "../times";
import { calendarFile } from "./calendar";
import { VisitSummary } from "./VisitSummary";

export type BookedVisit = Extract<BookVisitMutation["bookAppointment"], { __typename: "Appointment" }> & {
  /** Whether the patient waited for the procedure, and was offered another time. */
  endsWait?: boolean;
};

export function Done({ visit, email, locale }: { visit: BookedVisit; email: string; locale: string | undefined }) {
  const { text, language } = useSite();
  const { booking } = text;
  const isBooked = visit.status !== "REQUESTED";
  const [file, setFile] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(calendarFile(visit));
    setFile(made);
    return () => URL.revokeObjectURL(made);
  }, [visit.reference]);
  return (
    <>
      <Title>{isBooked ? booking.doneTitle : booking.requestedTitle}</Title>
      <p class="lead">{isBooked ? booking.doneText(email) : booking.requestedText}</p>
      <VisitSummary
        title={visit.procedure.title}
        locale={visit.procedure.locale}
        startsAt={visit.startsAt}
        location={visit.location}
        provider={visit.provider.title}
      />
      <dl class="details">
        <div>
          <dt>{booking.reference}</dt>
          <dd class="reference">{visit.reference}</dd>
        </div>
      </dl>
      {visit.endsWait && <p class="after">{booking.offWaitlist}</p>}
      {visit.canCancelUntil && <p class="after">{booking.cancelUntil(momentIn(visit.location.timeZone, visit.canCancelUntil, language))}</p>}
      <div class="actions">
        {file && (
          <a class="button" href={file} download={`${visit.reference}.ics`}>
            {booking.calendar}
          </a>
        )}
        {visit.manageToken && (
          <a class="button quiet" href={`${localAddress(locale, "/visit/")}#token=${visit.manageToken}`}>
            {booking.manage}
          </a>
        )}
      </div>
      {visit.manageToken && <p class="small after">{booking.keepLink}</p>}
    </>
  );
}
