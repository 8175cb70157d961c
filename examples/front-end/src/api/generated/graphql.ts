/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Where a visit stands. */
export type AppointmentStatus =
  /** The patient is there. */
  | 'ARRIVED'
  /** Agreed. */
  | 'BOOKED'
  /** Called off by the patient or the clinic. */
  | 'CANCELLED'
  /** The clinic could not confirm the request. */
  | 'DECLINED'
  /** It took place. */
  | 'FULFILLED'
  /** The patient did not come. */
  | 'NO_SHOW'
  /** The time is kept until the clinic confirms or declines. */
  | 'REQUESTED';

/** What to look for. `from` and `to` are dates in `timeZone`, both inclusive, at most 92 days. */
export type AvailabilityInput = {
  /** One of the procedure's `durations`. */
  durationMinutes?: number | null | undefined;
  /** First date, in `timeZone`. */
  from: string;
  /** A manage token: the time of that visit counts as free. An unknown one is ignored. */
  ignoreAppointment?: string | null | undefined;
  /** Only this location; anywhere where left out. */
  location?: string | number | null | undefined;
  /** The procedure's `id`; it must be bookable. */
  procedure: string | number;
  /** Only this provider; anybody where left out. */
  provider?: string | number | null | undefined;
  /** IANA name; the clinic's zone where left out. */
  timeZone?: string | null | undefined;
  /** Last date, inclusive. */
  to: string;
};

/** A slot or a hold, exactly one of them, and who comes. */
export type BookAppointmentInput = {
  /** The hold token of an offer of the waitlist whose patient books another time of the same procedure: the wait ends, and the offered time is free. Ignored where nobody waits by it. */
  endsWait?: string | null | undefined;
  /** The `token` of a hold. */
  holdToken?: string | null | undefined;
  /** Random and new for each request. Send it again to repeat the request safely: the answer is the same and nothing happens twice. Kept for 7 days. */
  idempotencyKey: string;
  /** The patient's language, such as en or es-MX. */
  language?: string | null | undefined;
  /** For the clinic, at most 1,000 characters. */
  note?: string | null | undefined;
  /** Who comes. */
  patient: PatientInput;
  /** One of the slot's providers; the least booked where left out. A hold has its provider. */
  provider?: string | number | null | undefined;
  /** The `token` of a slot. */
  slotToken?: string | null | undefined;
};

/** Why a request was refused; nothing was changed. */
export type BookingRefusal =
  /** Too late to move or cancel online. */
  | 'CUTOFF_PASSED'
  /** The provider has as many visits of this kind that day, or week, as allowed. */
  | 'DAILY_LIMIT'
  /** The hold has lapsed, and its time is past or not offered any more. */
  | 'HOLD_EXPIRED'
  /** The key was used for another request. */
  | 'IDEMPOTENCY_CONFLICT'
  /** A value is wrong; see `field`. */
  | 'INVALID_INPUT'
  /** The visit's status does not allow it. */
  | 'INVALID_STATE'
  /** There is no such visit, or the link has expired. */
  | 'NOT_FOUND'
  /** The clinic does not, or no longer, offer this time. */
  | 'NOT_OFFERED'
  /** Too much at once, or one time held too long; the same request may succeed later. */
  | 'RATE_LIMITED'
  /** Somebody else has just taken the time; see `alternatives`. */
  | 'SLOT_TAKEN'
  /** The start is further ahead than can be booked. */
  | 'TOO_FAR'
  /** The start is closer than the notice the clinic needs, or past. */
  | 'TOO_SOON';

/** A visit to call off. */
export type CancelAppointmentInput = {
  /** Random and new for each request. Send it again to repeat the request safely: the answer is the same and nothing happens twice. Kept for 7 days. */
  idempotencyKey: string;
  /** From the answer that booked the visit. */
  manageToken: string;
  /** For the clinic, at most 250 characters. */
  reason?: string | null | undefined;
};

/** When something happens, seen from the visit. */
export type ExpectationPhase =
  /** After the visit. */
  | 'AFTER'
  /** Before the visit. */
  | 'BEFORE'
  /** During the visit. */
  | 'DURING';

/** A slot to hold. */
export type HoldSlotInput = {
  /** Random and new for each request. Send it again to repeat the request safely: the answer is the same and nothing happens twice. Kept for 7 days. */
  idempotencyKey: string;
  /** One of the slot's providers. Where left out: the one of the replaced hold, if the slot lists them, else the least booked. */
  provider?: string | number | null | undefined;
  /** The `token` of an earlier hold, released in the same step; it stands where this one is refused. */
  replaces?: string | null | undefined;
  /** The `token` of a slot. */
  slotToken: string;
};

/** What to wait for. Dates are those at the location, both inclusive, at most 92 days. */
export type JoinWaitlistInput = {
  /** One of the procedure's `durations`. */
  durationMinutes?: number | null | undefined;
  /** First date. */
  from: string;
  /** Random and new for each request. Send it again to repeat the request safely: the answer is the same and nothing happens twice. Kept for 7 days. */
  idempotencyKey: string;
  /** Only this location; anywhere where left out. */
  location?: string | number | null | undefined;
  /** Whom to tell. */
  patient: PatientInput;
  /** The procedure's `id`; it must be bookable. */
  procedure: string | number;
  /** Only this provider; anybody where left out. */
  provider?: string | number | null | undefined;
  /** Last date, inclusive. */
  to: string;
};

/** A place to give up. */
export type LeaveWaitlistInput = {
  /** From joinWaitlist. */
  token: string;
};

/** Who comes. Kept for this visit only; there are no accounts. */
export type PatientInput = {
  /** At most 254 characters. */
  email: string;
  /** At most 120 characters. */
  name: string;
  /** Digits, spaces and + ( ) - . / only. */
  phone?: string | null | undefined;
};

/** A visit and its new slot. */
export type RescheduleAppointmentInput = {
  /** Random and new for each request. Send it again to repeat the request safely: the answer is the same and nothing happens twice. Kept for 7 days. */
  idempotencyKey: string;
  /** From the answer that booked the visit. */
  manageToken: string;
  /** Where left out: the present provider if the slot lists them, else the least booked. */
  provider?: string | number | null | undefined;
  /** The `token` of a slot of the same procedure. */
  slotToken: string;
};

/** How often a risk happens. */
export type RiskLikelihood =
  /** 1 to 10 in 100 people. */
  | 'COMMON'
  /** 1 to 10 in 10,000 people. */
  | 'RARE'
  /** 1 to 10 in 1,000 people. */
  | 'UNCOMMON'
  /** Not known. */
  | 'UNKNOWN'
  /** More than 1 in 10 people. */
  | 'VERY_COMMON'
  /** Fewer than 1 in 10,000 people. */
  | 'VERY_RARE';

/** How bad a risk is when it happens. */
export type RiskSeverity =
  /** Passes by itself. */
  | 'MINOR'
  /** May need treatment. */
  | 'MODERATE'
  /** Needs medical help or may leave lasting harm. */
  | 'SERIOUS';

export type FreeSlotFragment = { startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> };

export type RefusalFragment = { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> };

export type VisitFragment = { __typename: 'Appointment', reference: string, status: AppointmentStatus, startsAt: string, endsAt: string, localStart: string, timeZone: string, canCancelUntil: string | null, canRescheduleUntil: string | null, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, provider: { id: string, title: string }, procedure: { id: string, title: string, path: string, locale: string, booking: { durationMinutes: number, durations: Array<number> } | null } };

export type BookableQueryVariables = Exact<{
  slug: string;
  locale?: string | null | undefined;
}>;


export type BookableQuery = { procedure: { id: string, slug: string, title: string, path: string, locale: string, summary: string, translations: Array<
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
    >, booking: { durationMinutes: number, durations: Array<number>, requiresConfirmation: boolean } | null, offeredOn: Array<{ summary: string, location: { id: string, slug: string, name: string, timeZone: string }, provider: { id: string, slug: string, title: string, acceptingNewPatients: boolean } }>, nextAvailable: { startsAt: string } | null } | null };

export type FreeTimesQueryVariables = Exact<{
  input: AvailabilityInput;
}>;


export type FreeTimesQuery = { availability: { timeZone: string, nextStart: string | null, days: Array<{ date: string, slots: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }> } };

export type HeldTimeQueryVariables = Exact<{
  token: string;
}>;


export type HeldTimeQuery = { hold: { secondsLeft: number } | null };

export type OfferOfQueryVariables = Exact<{
  token: string;
}>;


export type OfferOfQuery = { hold: { secondsLeft: number, procedure: { title: string, path: string, locale: string, translations: Array<
        | { path: string }
        | { path: string }
        | { path: string }
        | { path: string }
        | { path: string }
      >, booking: { requiresConfirmation: boolean } | null }, slot: { startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> } } | null };

export type VisitOfQueryVariables = Exact<{
  manageToken: string;
}>;


export type VisitOfQuery = { appointment: { __typename: 'Appointment', reference: string, status: AppointmentStatus, startsAt: string, endsAt: string, localStart: string, timeZone: string, canCancelUntil: string | null, canRescheduleUntil: string | null, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, provider: { id: string, title: string }, procedure: { id: string, title: string, path: string, locale: string, booking: { durationMinutes: number, durations: Array<number> } | null } } | null };

export type HoldTimeMutationVariables = Exact<{
  input: HoldSlotInput;
}>;


export type HoldTimeMutation = { holdSlot:
    | { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }
    | { __typename: 'Hold', token: string, secondsLeft: number, slot: { startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> } }
   };

export type BookVisitMutationVariables = Exact<{
  input: BookAppointmentInput;
}>;


export type BookVisitMutation = { bookAppointment:
    | { __typename: 'Appointment', manageToken: string | null, reference: string, status: AppointmentStatus, startsAt: string, endsAt: string, localStart: string, timeZone: string, canCancelUntil: string | null, canRescheduleUntil: string | null, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, provider: { id: string, title: string }, procedure: { id: string, title: string, path: string, locale: string, booking: { durationMinutes: number, durations: Array<number> } | null } }
    | { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }
   };

export type MoveVisitMutationVariables = Exact<{
  input: RescheduleAppointmentInput;
}>;


export type MoveVisitMutation = { rescheduleAppointment:
    | { __typename: 'Appointment', reference: string, status: AppointmentStatus, startsAt: string, endsAt: string, localStart: string, timeZone: string, canCancelUntil: string | null, canRescheduleUntil: string | null, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, provider: { id: string, title: string }, procedure: { id: string, title: string, path: string, locale: string, booking: { durationMinutes: number, durations: Array<number> } | null } }
    | { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }
   };

export type CancelVisitMutationVariables = Exact<{
  input: CancelAppointmentInput;
}>;


export type CancelVisitMutation = { cancelAppointment:
    | { __typename: 'Appointment', reference: string, status: AppointmentStatus, startsAt: string, endsAt: string, localStart: string, timeZone: string, canCancelUntil: string | null, canRescheduleUntil: string | null, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, provider: { id: string, title: string }, procedure: { id: string, title: string, path: string, locale: string, booking: { durationMinutes: number, durations: Array<number> } | null } }
    | { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }
   };

export type JoinWaitlistMutationVariables = Exact<{
  input: JoinWaitlistInput;
}>;


export type JoinWaitlistMutation = { joinWaitlist:
    | { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }
    | { __typename: 'WaitlistEntry', reference: string, position: number, token: string }
   };

export type LeaveWaitlistMutationVariables = Exact<{
  input: LeaveWaitlistInput;
}>;


export type LeaveWaitlistMutation = { leaveWaitlist:
    | { __typename: 'BookingRefused', code: BookingRefusal, field: string | null, retryable: boolean, alternatives: Array<{ startsAt: string, endsAt: string, localStart: string, timeZone: string, token: string, location: { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }, providers: Array<{ id: string, title: string }> }> }
    | { __typename: 'WaitlistEntry' }
   };

export type HomeFragment = { headline: string, introduction: { html: string }, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, body: Array<
    | { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } }
    | { __typename: 'HeadingBlock', id: string, heading: string }
    | { __typename: 'ParagraphBlock', id: string, content: { html: string } }
    | { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null }
    | { __typename: 'QuoteBlock', attribution: string, id: string, quote: string }
  > };

export type ArticleFragment = { slug: string, jsonLd: string, summary: string, alsoKnownAs: Array<string>, downtime: string, durationMinutesMin: number | null, durationMinutesMax: number | null, lastReviewedOn: string | null, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, introduction: { html: string }, howItWorks: { html: string }, whatToExpect: Array<{ id: string, phase: ExpectationPhase, title: string, description: { html: string } }>, aftercare: { html: string }, benefits: Array<{ id: string, title: string, description: { html: string } }>, risks: Array<{ id: string, title: string, severity: RiskSeverity, likelihood: RiskLikelihood, description: { html: string } }>, faqs: Array<{ id: string, question: string, answer: { html: string } }>, body: Array<
    | { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } }
    | { __typename: 'HeadingBlock', id: string, heading: string }
    | { __typename: 'ParagraphBlock', id: string, content: { html: string } }
    | { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null }
    | { __typename: 'QuoteBlock', attribution: string, id: string, quote: string }
  >, reviewedBy: { title: string, path: string } | null, offeredOn: Array<{ summary: string, location: { id: string, name: string }, provider: { id: string, title: string, path: string, locale: string, acceptingNewPatients: boolean, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null } }>, nextAvailable: { startsAt: string, location: { name: string, timeZone: string } } | null, booking: { durationMinutes: number, cancelCutoffMinutes: number } | null };

export type ProfileFragment = { slug: string, jsonLd: string, name: string, credentials: Array<string>, specialties: Array<string>, languages: Array<string>, acceptingNewPatients: boolean, biography: { html: string }, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, availabilityRules: Array<{ id: string, summary: string }>, locations: Array<{ id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }>, procedures: { nodes: Array<{ id: string, title: string, path: string, locale: string, summary: string, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, nextAvailable: { startsAt: string, location: { timeZone: string } } | null, booking: { durationMinutes: number } | null }> } };

export type LayoutQueryVariables = Exact<{
  menu: string;
}>;


export type LayoutQuery = { clinic: { name: string, welcome: string, phone: string, email: string, timeZone: string, openingStatement: string, locations: Array<{ id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }> }, menu: Array<{ title: string, url: string | null, page:
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
     | null }>, mainMenu: Array<{ title: string, url: string | null, page:
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
     | null }>, home:
    | { locale: string, translations: Array<
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
      > }
    | { locale: string, translations: Array<
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
      > }
    | { locale: string, translations: Array<
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
      > }
    | { locale: string, translations: Array<
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
      > }
    | { locale: string, translations: Array<
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
        | { locale: string }
      > }
   | null };

export type MenuItemFragment = { title: string, url: string | null, page:
    | { path: string }
    | { path: string }
    | { path: string }
    | { path: string }
    | { path: string }
   | null };

export type PageAtQueryVariables = Exact<{
  path: string;
}>;


export type PageAtQuery = { route:
    | { __typename: 'HomePage', id: string, title: string, path: string, url: string, locale: string, headline: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      >, introduction: { html: string }, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, body: Array<
        | { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } }
        | { __typename: 'HeadingBlock', id: string, heading: string }
        | { __typename: 'ParagraphBlock', id: string, content: { html: string } }
        | { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null }
        | { __typename: 'QuoteBlock', attribution: string, id: string, quote: string }
      > }
    | { __typename: 'NotFound', notFound: string }
    | { __typename: 'ProcedureIndexPage', id: string, title: string, path: string, url: string, locale: string, introduction: { html: string }, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      > }
    | { __typename: 'ProcedurePage', id: string, title: string, path: string, url: string, locale: string, slug: string, jsonLd: string, summary: string, alsoKnownAs: Array<string>, downtime: string, durationMinutesMin: number | null, durationMinutesMax: number | null, lastReviewedOn: string | null, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      >, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, introduction: { html: string }, howItWorks: { html: string }, whatToExpect: Array<{ id: string, phase: ExpectationPhase, title: string, description: { html: string } }>, aftercare: { html: string }, benefits: Array<{ id: string, title: string, description: { html: string } }>, risks: Array<{ id: string, title: string, severity: RiskSeverity, likelihood: RiskLikelihood, description: { html: string } }>, faqs: Array<{ id: string, question: string, answer: { html: string } }>, body: Array<
        | { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } }
        | { __typename: 'HeadingBlock', id: string, heading: string }
        | { __typename: 'ParagraphBlock', id: string, content: { html: string } }
        | { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null }
        | { __typename: 'QuoteBlock', attribution: string, id: string, quote: string }
      >, reviewedBy: { title: string, path: string } | null, offeredOn: Array<{ summary: string, location: { id: string, name: string }, provider: { id: string, title: string, path: string, locale: string, acceptingNewPatients: boolean, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null } }>, nextAvailable: { startsAt: string, location: { name: string, timeZone: string } } | null, booking: { durationMinutes: number, cancelCutoffMinutes: number } | null }
    | { __typename: 'ProviderIndexPage', id: string, title: string, path: string, url: string, locale: string, introduction: { html: string }, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      > }
    | { __typename: 'ProviderPage', id: string, title: string, path: string, url: string, locale: string, slug: string, jsonLd: string, name: string, credentials: Array<string>, specialties: Array<string>, languages: Array<string>, acceptingNewPatients: boolean, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      >, biography: { html: string }, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, availabilityRules: Array<{ id: string, summary: string }>, locations: Array<{ id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }>, procedures: { nodes: Array<{ id: string, title: string, path: string, locale: string, summary: string, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, nextAvailable: { startsAt: string, location: { timeZone: string } } | null, booking: { durationMinutes: number } | null }> } }
    | { __typename: 'Redirect', to: string }
   };

export type HighlightsQueryVariables = Exact<{
  locale?: string | null | undefined;
}>;


export type HighlightsQuery = { clinic: { jsonLd: string }, procedures: { totalCount: number, nodes: Array<{ id: string, title: string, path: string, locale: string, summary: string, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, nextAvailable: { startsAt: string, location: { timeZone: string } } | null, booking: { durationMinutes: number } | null }> }, providers: { nodes: Array<{ id: string, title: string, path: string, locale: string, credentials: Array<string>, specialties: Array<string>, languages: Array<string>, acceptingNewPatients: boolean, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, locations: Array<{ id: string, name: string }> }> }, procedureIndex: { nodes: Array<
      | { title: string, path: string }
      | { title: string, path: string }
      | { title: string, path: string }
      | { title: string, path: string }
      | { title: string, path: string }
    > }, providerIndex: { nodes: Array<
      | { title: string, path: string }
      | { title: string, path: string }
      | { title: string, path: string }
      | { title: string, path: string }
      | { title: string, path: string }
    > } };

export type ProceduresQueryVariables = Exact<{
  locale?: string | null | undefined;
  category?: string | null | undefined;
  search?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProceduresQuery = { procedures: { totalCount: number, nodes: Array<{ id: string, title: string, path: string, locale: string, summary: string, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, nextAvailable: { startsAt: string, location: { timeZone: string } } | null, booking: { durationMinutes: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CategoriesQueryVariables = Exact<{
  locale?: string | null | undefined;
}>;


export type CategoriesQuery = { procedures: { nodes: Array<{ category: { name: string, slug: string } | null }> } };

export type ProvidersQueryVariables = Exact<{
  locale?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ProvidersQuery = { providers: { totalCount: number, nodes: Array<{ id: string, title: string, path: string, locale: string, credentials: Array<string>, specialties: Array<string>, languages: Array<string>, acceptingNewPatients: boolean, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, locations: Array<{ id: string, name: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SearchQueryVariables = Exact<{
  words: string;
  locale?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchQuery = { search: { totalCount: number, edges: Array<{ highlight: string, node:
        | { __typename: 'HomePage', id: string, title: string, path: string }
        | { __typename: 'ProcedureIndexPage', id: string, title: string, path: string }
        | { __typename: 'ProcedurePage', id: string, title: string, path: string }
        | { __typename: 'ProviderIndexPage', id: string, title: string, path: string }
        | { __typename: 'ProviderPage', id: string, title: string, path: string }
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DraftQueryVariables = Exact<{
  token: string;
}>;


export type DraftQuery = { page:
    | { __typename: 'HomePage', id: string, title: string, path: string, url: string, locale: string, headline: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      >, introduction: { html: string }, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, body: Array<
        | { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } }
        | { __typename: 'HeadingBlock', id: string, heading: string }
        | { __typename: 'ParagraphBlock', id: string, content: { html: string } }
        | { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null }
        | { __typename: 'QuoteBlock', attribution: string, id: string, quote: string }
      > }
    | { __typename: 'ProcedureIndexPage', id: string, title: string, path: string, url: string, locale: string, introduction: { html: string }, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      > }
    | { __typename: 'ProcedurePage', id: string, title: string, path: string, url: string, locale: string, slug: string, jsonLd: string, summary: string, alsoKnownAs: Array<string>, downtime: string, durationMinutesMin: number | null, durationMinutesMax: number | null, lastReviewedOn: string | null, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      >, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, introduction: { html: string }, howItWorks: { html: string }, whatToExpect: Array<{ id: string, phase: ExpectationPhase, title: string, description: { html: string } }>, aftercare: { html: string }, benefits: Array<{ id: string, title: string, description: { html: string } }>, risks: Array<{ id: string, title: string, severity: RiskSeverity, likelihood: RiskLikelihood, description: { html: string } }>, faqs: Array<{ id: string, question: string, answer: { html: string } }>, body: Array<
        | { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } }
        | { __typename: 'HeadingBlock', id: string, heading: string }
        | { __typename: 'ParagraphBlock', id: string, content: { html: string } }
        | { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null }
        | { __typename: 'QuoteBlock', attribution: string, id: string, quote: string }
      >, reviewedBy: { title: string, path: string } | null, offeredOn: Array<{ summary: string, location: { id: string, name: string }, provider: { id: string, title: string, path: string, locale: string, acceptingNewPatients: boolean, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null } }>, nextAvailable: { startsAt: string, location: { name: string, timeZone: string } } | null, booking: { durationMinutes: number, cancelCutoffMinutes: number } | null }
    | { __typename: 'ProviderIndexPage', id: string, title: string, path: string, url: string, locale: string, introduction: { html: string }, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      > }
    | { __typename: 'ProviderPage', id: string, title: string, path: string, url: string, locale: string, slug: string, jsonLd: string, name: string, credentials: Array<string>, specialties: Array<string>, languages: Array<string>, acceptingNewPatients: boolean, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
        | { locale: string, path: string, url: string }
      >, biography: { html: string }, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, availabilityRules: Array<{ id: string, summary: string }>, locations: Array<{ id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } }>, procedures: { nodes: Array<{ id: string, title: string, path: string, locale: string, summary: string, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, nextAvailable: { startsAt: string, location: { timeZone: string } } | null, booking: { durationMinutes: number } | null }> } }
   | null };

export type PathsQueryVariables = Exact<{
  locale?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type PathsQuery = { pages: { nodes: Array<
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
      | { path: string }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

type PageHead_HomePage_Fragment = { id: string, title: string, path: string, url: string, locale: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
  > };

type PageHead_ProcedureIndexPage_Fragment = { id: string, title: string, path: string, url: string, locale: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
  > };

type PageHead_ProcedurePage_Fragment = { id: string, title: string, path: string, url: string, locale: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
  > };

type PageHead_ProviderIndexPage_Fragment = { id: string, title: string, path: string, url: string, locale: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
  > };

type PageHead_ProviderPage_Fragment = { id: string, title: string, path: string, url: string, locale: string, seo: { title: string, description: string, noindex: boolean, socialImage: { alt: string, rendition: { url: string, width: number, height: number } } | null }, translations: Array<
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
    | { locale: string, path: string, url: string }
  > };

export type PageHeadFragment =
  | PageHead_HomePage_Fragment
  | PageHead_ProcedureIndexPage_Fragment
  | PageHead_ProcedurePage_Fragment
  | PageHead_ProviderIndexPage_Fragment
  | PageHead_ProviderPage_Fragment
;

export type CardPictureFragment = { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } };

export type HeroPictureFragment = { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } };

export type PortraitPictureFragment = { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } };

export type PlaceFragment = { id: string, slug: string, name: string, timeZone: string, phone: string, address: { street: string, city: string, region: string, postalCode: string, country: string } };

type BodyBlocks_CalloutBlock_Fragment = { __typename: 'CalloutBlock', tone: string, title: string, id: string, content: { html: string } };

type BodyBlocks_HeadingBlock_Fragment = { __typename: 'HeadingBlock', id: string, heading: string };

type BodyBlocks_ParagraphBlock_Fragment = { __typename: 'ParagraphBlock', id: string, content: { html: string } };

type BodyBlocks_PictureBlock_Fragment = { __typename: 'PictureBlock', caption: string, id: string, image: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null };

type BodyBlocks_QuoteBlock_Fragment = { __typename: 'QuoteBlock', attribution: string, id: string, quote: string };

export type BodyBlocksFragment =
  | BodyBlocks_CalloutBlock_Fragment
  | BodyBlocks_HeadingBlock_Fragment
  | BodyBlocks_ParagraphBlock_Fragment
  | BodyBlocks_PictureBlock_Fragment
  | BodyBlocks_QuoteBlock_Fragment
;

export type ProcedureCardFragment = { id: string, title: string, path: string, locale: string, summary: string, category: { name: string, slug: string } | null, heroImage: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, nextAvailable: { startsAt: string, location: { timeZone: string } } | null, booking: { durationMinutes: number } | null };

export type ProviderCardFragment = { id: string, title: string, path: string, locale: string, credentials: Array<string>, specialties: Array<string>, languages: Array<string>, acceptingNewPatients: boolean, photo: { alt: string, placeholder: string | null, avif: string, webp: string, usual: { url: string, width: number, height: number } } | null, locations: Array<{ id: string, name: string }> };

export const PlaceFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Place"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Location"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}}]} as unknown as DocumentNode<PlaceFragment, unknown>;
export const FreeSlotFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FreeSlot"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Slot"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}},{"kind":"Field","name":{"kind":"Name","value":"localStart"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Place"}}]}},{"kind":"Field","name":{"kind":"Name","value":"providers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Place"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Location"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}}]} as unknown as DocumentNode<FreeSlotFragment, unknown>;
export const RefusalFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Refusal"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BookingRefused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}},{"kind":"Field","name":{"kind":"Name","value":"alternatives"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FreeSlot"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Place"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Location"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FreeSlot"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Slot"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}},{"kind":"Field","name":{"kind":"Name","value":"localStart"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Place"}}]}},{"kind":"Field","name":{"kind":"Name","value":"providers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]} as unknown as DocumentNode<RefusalFragment, unknown>;
export const VisitFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Visit"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Appointment"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}},{"kind":"Field","name":{"kind":"Name","value":"localStart"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"canCancelUntil"}},{"kind":"Field","name":{"kind":"Name","value":"canRescheduleUntil"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Place"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}},{"kind":"Field","name":{"kind":"Name","value":"procedure"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"booking"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"durations"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Place"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Location"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}}]} as unknown as DocumentNode<VisitFragment, unknown>;
export const HeroPictureFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HeroPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<HeroPictureFragment, unknown>;
export const BodyBlocksFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BodyBlocks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamFieldInterface"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HeadingBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"heading"},"name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ParagraphBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PictureBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"caption"}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HeroPicture"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuoteBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"quote"},"name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CalloutBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tone"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HeroPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<BodyBlocksFragment, unknown>;
export const HomeFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Home"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HomePage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"headline"}},{"kind":"Field","name":{"kind":"Name","value":"introduction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}},{"kind":"Field","name":{"kind":"Name","value":"heroImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HeroPicture"}}]}},{"kind":"Field","name":{"kind":"Name","value":"body"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BodyBlocks"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HeroPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BodyBlocks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamFieldInterface"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HeadingBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"heading"},"name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ParagraphBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PictureBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"caption"}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HeroPicture"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuoteBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"quote"},"name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CalloutBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tone"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}}]}}]} as unknown as DocumentNode<HomeFragment, unknown>;
export const PortraitPictureFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PortraitPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<PortraitPictureFragment, unknown>;
export const ArticleFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Article"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProcedurePage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"jsonLd"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"alsoKnownAs"}},{"kind":"Field","name":{"kind":"Name","value":"category"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}},{"kind":"Field","name":{"kind":"Name","value":"heroImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HeroPicture"}}]}},{"kind":"Field","name":{"kind":"Name","value":"introduction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}},{"kind":"Field","name":{"kind":"Name","value":"howItWorks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}},{"kind":"Field","name":{"kind":"Name","value":"whatToExpect"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"description"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"aftercare"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}},{"kind":"Field","name":{"kind":"Name","value":"downtime"}},{"kind":"Field","name":{"kind":"Name","value":"durationMinutesMin"}},{"kind":"Field","name":{"kind":"Name","value":"durationMinutesMax"}},{"kind":"Field","name":{"kind":"Name","value":"benefits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"description"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"risks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"EnumValue","value":"COMMON_FIRST"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"likelihood"}},{"kind":"Field","name":{"kind":"Name","value":"description"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"faqs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"question"}},{"kind":"Field","name":{"kind":"Name","value":"answer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"body"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BodyBlocks"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastReviewedOn"}},{"kind":"Field","name":{"kind":"Name","value":"reviewedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"offeredOn"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provider"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"acceptingNewPatients"}},{"kind":"Field","name":{"kind":"Name","value":"photo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PortraitPicture"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextAvailable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"booking"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"cancelCutoffMinutes"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HeroPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"HERO"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BodyBlocks"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StreamFieldInterface"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HeadingBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"heading"},"name":{"kind":"Name","value":"text"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ParagraphBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PictureBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"caption"}},{"kind":"Field","name":{"kind":"Name","value":"image"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HeroPicture"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"QuoteBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"quote"},"name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"attribution"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CalloutBlock"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tone"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PortraitPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<ArticleFragment, unknown>;
export const CardPictureFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CardPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<CardPictureFragment, unknown>;
export const ProcedureCardFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProcedureCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProcedurePage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"category"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}},{"kind":"Field","name":{"kind":"Name","value":"heroImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CardPicture"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextAvailable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"booking"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMinutes"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CardPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<ProcedureCardFragment, unknown>;
export const ProfileFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Profile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderPage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"jsonLd"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"credentials"}},{"kind":"Field","name":{"kind":"Name","value":"specialties"}},{"kind":"Field","name":{"kind":"Name","value":"languages"}},{"kind":"Field","name":{"kind":"Name","value":"acceptingNewPatients"}},{"kind":"Field","name":{"kind":"Name","value":"biography"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"html"}}]}},{"kind":"Field","name":{"kind":"Name","value":"photo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PortraitPicture"}}]}},{"kind":"Field","name":{"kind":"Name","value":"availabilityRules"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}}]}},{"kind":"Field","name":{"kind":"Name","value":"locations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Place"}}]}},{"kind":"Field","name":{"kind":"Name","value":"procedures"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ProcedureCard"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CardPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"CARD"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PortraitPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Place"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Location"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"address"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"street"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"country"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProcedureCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProcedurePage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"summary"}},{"kind":"Field","name":{"kind":"Name","value":"category"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}},{"kind":"Field","name":{"kind":"Name","value":"heroImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CardPicture"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nextAvailable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"location"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"booking"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"durationMinutes"}}]}}]}}]} as unknown as DocumentNode<ProfileFragment, unknown>;
export const MenuItemFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MenuItem"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NavigationItem"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"page"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]} as unknown as DocumentNode<MenuItemFragment, unknown>;
export const PageHeadFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PageHead"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PageInterface"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"seo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"noindex"}},{"kind":"Field","name":{"kind":"Name","value":"socialImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"SOCIAL"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"translations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"url"}}]}}]}}]} as unknown as DocumentNode<PageHeadFragment, unknown>;
export const ProviderCardFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ProviderCard"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProviderPage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"credentials"}},{"kind":"Field","name":{"kind":"Name","value":"specialties"}},{"kind":"Field","name":{"kind":"Name","value":"languages"}},{"kind":"Field","name":{"kind":"Name","value":"acceptingNewPatients"}},{"kind":"Field","name":{"kind":"Name","value":"photo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PortraitPicture"}}]}},{"kind":"Field","name":{"kind":"Name","value":"locations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PortraitPicture"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alt"}},{"kind":"Field","name":{"kind":"Name","value":"placeholder"}},{"kind":"Field","alias":{"kind":"Name","value":"avif"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"AVIF"}}]},{"kind":"Field","alias":{"kind":"Name","value":"webp"},"name":{"kind":"Name","value":"srcSet"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}}]},{"kind":"Field","alias":{"kind":"Name","value":"usual"},"name":{"kind":"Name","value":"rendition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"preset"},"value":{"kind":"EnumValue","value":"PORTRAIT"}},{"kind":"Argument","name":{"kind":"Name","value":"format"},"value":{"kind":"EnumValue","value":"JPEG"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"width"}},{"kind":"Field","name":{"kind":"Name","value":"height"}}]}}]}}]} as unknown as DocumentNode<ProviderCardFragment, unknown>;
export const BookableDocument = {"__meta__":{"hash":"sha256:db01413958c3cdc5250e1a97905fe4112a2c79f8a530c6a2f4ac8e7b4c42afea"}} as unknown as DocumentNode<BookableQuery, BookableQueryVariables>;
export const FreeTimesDocument = {"__meta__":{"hash":"sha256:29ba4417227acae6a253dd954ad65e17e7f03200186d33ab3c3c8c5a5ae1d8eb"}} as unknown as DocumentNode<FreeTimesQuery, FreeTimesQueryVariables>;
export const HeldTimeDocument = {"__meta__":{"hash":"sha256:c22269a8a77326daebbbd047d8edc9499f6eeaae71095974c84b603650c269eb"}} as unknown as DocumentNode<HeldTimeQuery, HeldTimeQueryVariables>;
export const OfferOfDocument = {"__meta__":{"hash":"sha256:cde3b93ce7e301c8bb77fb9730165625579de33cdbe098de82cbdae9c6e2dd49"}} as unknown as DocumentNode<OfferOfQuery, OfferOfQueryVariables>;
export const VisitOfDocument = {"__meta__":{"hash":"sha256:546ce638c1361e44854bc85d8ef42912fdd3cc4f7b5c4484f712d981d9653c46"}} as unknown as DocumentNode<VisitOfQuery, VisitOfQueryVariables>;
export const HoldTimeDocument = {"__meta__":{"hash":"sha256:a0612be7b6ec41571d03ac9e887aae411b21ee8fc4046ae172d7852d666882fb"}} as unknown as DocumentNode<HoldTimeMutation, HoldTimeMutationVariables>;
export const BookVisitDocument = {"__meta__":{"hash":"sha256:2ddd2f2dd8f7ed7096b91a2855f24defa1c6cb0dca3528cf74babd63aab5181e"}} as unknown as DocumentNode<BookVisitMutation, BookVisitMutationVariables>;
export const MoveVisitDocument = {"__meta__":{"hash":"sha256:6f4c0098ebe365de018fef9e5c861815dee6b49cc6a6877c5d001c091c41b7f0"}} as unknown as DocumentNode<MoveVisitMutation, MoveVisitMutationVariables>;
export const CancelVisitDocument = {"__meta__":{"hash":"sha256:84bf4b9273fde48087bd526fea591a27d76fc74ab88c8b386826c43f86e9cca8"}} as unknown as DocumentNode<CancelVisitMutation, CancelVisitMutationVariables>;
export const JoinWaitlistDocument = {"__meta__":{"hash":"sha256:d773864fbd61ec8882d20618ce23af2fa25b209f066fcedcc5acab708efb1dfa"}} as unknown as DocumentNode<JoinWaitlistMutation, JoinWaitlistMutationVariables>;
export const LeaveWaitlistDocument = {"__meta__":{"hash":"sha256:3e59b909a91271ffae9f4e96cbc13979fd933b1d2679866acf0c169d3ac8aa61"}} as unknown as DocumentNode<LeaveWaitlistMutation, LeaveWaitlistMutationVariables>;
export const LayoutDocument = {"__meta__":{"hash":"sha256:fa933e1a13b03e2b4d6214b5811f885d07afbfaa73a6673297002ae6effec4ca"}} as unknown as DocumentNode<LayoutQuery, LayoutQueryVariables>;
export const PageAtDocument = {"__meta__":{"hash":"sha256:4d06d680cbaa81240e5db7c2ce874c5284eaf4df4b465c9b14b6468fed3444f0"}} as unknown as DocumentNode<PageAtQuery, PageAtQueryVariables>;
export const HighlightsDocument = {"__meta__":{"hash":"sha256:af140c71c7108d63d7b293f23e44a702ee7af32168b6cb16e39a10e881de5056"}} as unknown as DocumentNode<HighlightsQuery, HighlightsQueryVariables>;
export const ProceduresDocument = {"__meta__":{"hash":"sha256:18cf1ef52e59e7af13e6c367c58d8588804fe5478cad616b673be0010e19e346"}} as unknown as DocumentNode<ProceduresQuery, ProceduresQueryVariables>;
export const CategoriesDocument = {"__meta__":{"hash":"sha256:9e6701d836d5d7785ae7b16ae5c46754d2df5eb77a10bf431a61e6b06b4cfcc2"}} as unknown as DocumentNode<CategoriesQuery, CategoriesQueryVariables>;
export const ProvidersDocument = {"__meta__":{"hash":"sha256:58cb87223f142a5553a2da306d1b65eba7a7f64b9184c4bdbb31d08f7c60df74"}} as unknown as DocumentNode<ProvidersQuery, ProvidersQueryVariables>;
export const SearchDocument = {"__meta__":{"hash":"sha256:7a110808bd670f4abcf34e154835f97602fcd4ededa4ac682d4e77700eac804e"}} as unknown as DocumentNode<SearchQuery, SearchQueryVariables>;
export const DraftDocument = {"__meta__":{"hash":"sha256:acf83ed3a5b6b2fcb143375123d3bf0070b9c3442d2b0ac2b8f4c2ad1ddc12ca"}} as unknown as DocumentNode<DraftQuery, DraftQueryVariables>;
export const PathsDocument = {"__meta__":{"hash":"sha256:53bc8f0f5b97c682e1bcad5cc2ac2f756c95064336de23a44e9872ae6d6f8cdc"}} as unknown as DocumentNode<PathsQuery, PathsQueryVariables>;