import type { BookingRefusal, ExpectationPhase, RiskLikelihood, RiskSeverity, AppointmentStatus } from "../api/generated/graphql";

/** Everything that the interface says. Content comes from the API. */
export interface Text {
  language: string;
  skip: string;
  menu: string;
  languageSwitch: string;
  loading: string;
  search: string;
  searchLabel: string;
  searchHint: string;
  found(count: number): string;
  foundNothing: string;
  kinds: Record<string, string>;
  book: string;
  bookShort: string;
  bookTitle(procedure: string): string;
  callUs(phone: string): string;
  treatments: string;
  allTreatments: string;
  team: string;
  allProviders: string;
  locations: string;
  directions: string;
  more: string;
  allCategories: string;
  category: string;
  filter: string;
  nextFree(when: string): string;
  noneFree: string;
  byPhone: string;
  alsoKnownAs: string;
  duration: string;
  minutes(from: number, to: number): string;
  downtime: string;
  nextFreeLabel: string;
  withWhom: string;
  introduction: string;
  howItWorks: string;
  whatToExpect: string;
  phases: Record<ExpectationPhase, string>;
  benefits: string;
  risks: string;
  risksNote: string;
  severities: Record<RiskSeverity, string>;
  severityLabel: string;
  likelihoods: Record<RiskLikelihood, string>;
  likelihoodNumbers: Record<RiskLikelihood, string>;
  likelihoodLabel: string;
  aftercare: string;
  questions: string;
  onThisPage: string;
  reviewed(day: string): string;
  reviewedBy: string;
  providers: string;
  notAccepting: string;
  accepting: string;
  credentials: string;
  specialties: string;
  speaks: string;
  hours: string;
  performs: string;
  notFoundTitle: string;
  notFoundText: string;
  toHome: string;
  failedTitle: string;
  failedText: string;
  retry: string;
  footer: string;
  openings: string;
  contact: string;
  breadcrumb: string;
  preview: {
    title: string;
    draft(until: string): string;
    loading: string;
    nothing: string;
    none: string;
    openAgain: string;
    gaps: string;
  };
  booking: {
    chooseProcedure: string;
    notBookable: string;
    steps: [string, string, string];
    step(number: number, of: number): string;
    who: string;
    anyone: string;
    anyoneNote: string;
    where: string;
    anywhere: string;
    howLong: string;
    minutes(count: number): string;
    zone: string;
    clinicZone(city: string): string;
    ownZone(city: string): string;
    zoneNote(city: string): string;
    day: string;
    earlier: string;
    later: string;
    free(count: number): string;
    nothingFree: string;
    goTo(day: string): string;
    nothingAtAll: string;
    times(day: string): string;
    parts: [string, string, string];
    loadingTimes: string;
    holding: string;
    stillHeld(time: string): string;
    resume: string;
    yourVisit: string;
    yourTime(time: string, city: string): string;
    cityTime(city: string): string;
    withProvider(name: string): string;
    held(left: string): string;
    minuteLeft: string;
    keepLonger: string;
    keepAgain: string;
    lapsed: string;
    otherTime: string;
    details: string;
    name: string;
    email: string;
    phone: string;
    note: string;
    noteHint: string;
    optional: string;
    required: string;
    confirm: string;
    request: string;
    requestNote: string;
    confirming: string;
    problems(count: number): string;
    nameMissing: string;
    emailWrong: string;
    phoneWrong: string;
    noteWrong: string;
    privacy: string;
    doneTitle: string;
    requestedTitle: string;
    /** Without an address after a reload. */
    doneText(email: string): string;
    requestedText: string;
    reference: string;
    keepLink: string;
    offWaitlist: string;
    manage: string;
    calendar: string;
    cancelUntil(when: string): string;
    takenTitle: string;
    alternatives: string;
    refusals: Record<BookingRefusal, string>;
    offline: string;
    sendAgain: string;
  };
  waitlist: {
    noneSuits: string;
    nothingAtAll: string;
    join: string;
    hint: string;
    from: string;
    to: string;
    dayMissing: string;
    dayBefore: string;
    daysPassed: string;
    daysWrong: string;
    phoneHint: string;
    privacy: string;
    joining: string;
    offline: string;
    /** Where it is not as for a visit. */
    refusals: Partial<Record<BookingRefusal, string>>;
    doneTitle: string;
    position: string;
    next: string;
    /** Without an address after a reload. */
    nextSteps(email: string): string[];
    later: string;
    leave: string;
    leaveText: string;
    leaveNow: string;
    leaveOffline: string;
    leftTitle: string;
    left: string;
  };
  offer: {
    title: string;
    overTitle: string;
    over: string;
    freeTimes: string;
  };
  visit: {
    title: string;
    unknown: string;
    statuses: Record<AppointmentStatus, string>;
    move: string;
    cancel: string;
    moveTitle: string;
    moveTo(when: string): string;
    now: string;
    then: string;
    moved: string;
    cancelTitle: string;
    cancelText: string;
    reason: string;
    cancelNow: string;
    keep: string;
    cancelled: string;
    tooLate: string;
    bookAnother: string;
  };
}

export const en: Text = {
  language: "English",
  skip: "Skip to content",
  menu: "Main menu",
  languageSwitch: "Language",
  loading: "Loading…",
  search: "Search",
  searchLabel: "Search treatments and people",
  searchHint: "For example “neck pain” or “needling”",
  found: (count) => (count === 1 ? "1 result" : `${count} results`),
  foundNothing: "Nothing was found. Try fewer or other words, or call us.",
  kinds: { ProcedurePage: "Treatment", ProviderPage: "Team", HomePage: "Page", ProcedureIndexPage: "Page", ProviderIndexPage: "Page" },
  book: "Book a visit",
  bookShort: "Book",
  bookTitle: (procedure) => `Book: ${procedure}`,
  callUs: (phone) => `Call ${phone}`,
  treatments: "Treatments",
  allTreatments: "All treatments",
  team: "The people who look after you",
  allProviders: "Everyone on the team",
  locations: "Where to find us",
  directions: "Directions",
  more: "Show more",
  allCategories: "All",
  category: "Category",
  filter: "Find a treatment",
  nextFree: (when) => `Next free: ${when}`,
  noneFree: "No free times at present",
  byPhone: "Booked by phone",
  alsoKnownAs: "Also known as",
  duration: "A visit takes",
  minutes: (from, to) => (from === to ? `${from} minutes` : `${from} to ${to} minutes`),
  downtime: "Downtime",
  nextFreeLabel: "Next free time",
  withWhom: "Who offers it",
  introduction: "What it is",
  howItWorks: "How it works",
  whatToExpect: "What to expect",
  phases: { BEFORE: "Before", DURING: "During", AFTER: "After" },
  benefits: "Benefits",
  risks: "Risks and side effects",
  risksNote: "Every treatment can have unwanted effects. Ask us about anything that worries you.",
  severities: { MINOR: "Minor", MODERATE: "Moderate", SERIOUS: "Serious" },
  severityLabel: "Severity",
  likelihoods: {
    VERY_COMMON: "Very common",
    COMMON: "Common",
    UNCOMMON: "Uncommon",
    RARE: "Rare",
    VERY_RARE: "Very rare",
    UNKNOWN: "Frequency not known",
  },
  likelihoodNumbers: {
    VERY_COMMON: "more than 1 in 10 people",
    COMMON: "1 to 10 in 100 people",
    UNCOMMON: "1 to 10 in 1,000 people",
    RARE: "1 to 10 in 10,000 people",
    VERY_RARE: "fewer than 1 in 10,000 people",
    UNKNOWN: "there are no reliable numbers",
  },
  likelihoodLabel: "Likelihood",
  aftercare: "Aftercare",
  questions: "Questions and answers",
  onThisPage: "On this page",
  reviewed: (day) => `Medically reviewed on ${day}`,
  reviewedBy: "by",
  providers: "Providers",
  notAccepting: "No new patients at present",
  accepting: "Accepting new patients",
  credentials: "Credentials",
  specialties: "Specialties",
  speaks: "Speaks",
  hours: "Regular hours",
  performs: "Treatments",
  notFoundTitle: "This page does not exist",
  notFoundText: "It may have moved, or the address has a slip in it. The search finds what we have.",
  toHome: "Go to the front page",
  failedTitle: "We cannot load this at the moment",
  failedText: "Your connection or our server has a problem. Nothing that you did was lost.",
  retry: "Try again",
  footer: "About the clinic",
  openings: "Opening hours",
  contact: "Contact",
  breadcrumb: "You are here",
  preview: {
    title: "Preview",
    draft: (until) => `This is a draft. The preview ends at ${until}.`,
    loading: "Loading…",
    nothing: "Nothing to show",
    none: "No preview",
    openAgain: "Open the preview in the editor.",
    gaps: "Missing in this draft, and filled or left out here:",
  },
  booking: {
    chooseProcedure: "What would you like to book?",
    notBookable: "This treatment cannot be booked online. Please call us, and we find a time together.",
    steps: ["Time", "Your details", "Done"],
    step: (number, of) => `Step ${number} of ${of}`,
    who: "With whom?",
    anyone: "Anyone",
    anyoneNote: "most free times",
    where: "Where?",
    anywhere: "Any location",
    howLong: "How long?",
    minutes: (count) => `${count} minutes`,
    zone: "Show times as in",
    clinicZone: (city) => `${city} (the clinic)`,
    ownZone: (city) => `${city} (where you are)`,
    zoneNote: (city) => `All times are ${city} time.`,
    day: "Choose a day",
    earlier: "Earlier days",
    later: "Later days",
    free: (count) => (count === 0 ? "none free" : count === 1 ? "1 free" : `${count} free`),
    nothingFree: "Nothing is free on these days.",
    goTo: (day) => `Go to the next free day, ${day}`,
    nothingAtAll: "There are no free times to book online. Please call us.",
    times: (day) => `Free times on ${day}`,
    parts: ["Morning", "Afternoon", "Evening"],
    loadingTimes: "Looking for free times…",
    holding: "Keeping this time for you…",
    stillHeld: (time) => `We are keeping ${time} for you.`,
    resume: "Continue with it",
    yourVisit: "Your visit",
    yourTime: (time, city) => `${time} in ${city}, where you are`,
    cityTime: (city) => `${city} time`,
    withProvider: (name) => `with ${name}`,
    held: (left) => `We keep this time for you for ${left}.`,
    minuteLeft: "We keep this time for one more minute.",
    keepLonger: "Keep it longer",
    keepAgain: "Keep it again",
    lapsed: "We are no longer keeping this time. You can still book it if nobody was faster.",
    otherTime: "Choose another time",
    details: "Your details",
    name: "Name",
    email: "Email",
    phone: "Phone",
    note: "Anything we should know?",
    noteHint: "For the clinic only. Please leave out what you would rather tell us in person.",
    optional: "optional",
    required: "All fields are needed, unless they say “optional”.",
    confirm: "Book this visit",
    request: "Request this visit",
    requestNote: "The clinic confirms each request. Your time is kept until then.",
    confirming: "Booking…",
    problems: (count) => (count === 1 ? "One field needs another look." : `${count} fields need another look.`),
    nameMissing: "Please enter your name.",
    emailWrong: "Please enter an email address such as name@example.com.",
    phoneWrong: "Please use digits, spaces and + ( ) - . / only.",
    noteWrong: "Please write at most 1,000 characters.",
    privacy: "We use these details for this visit alone.",
    doneTitle: "Your visit is booked",
    requestedTitle: "We have your request",
    doneText: (email) => `We look forward to seeing you, and write to ${email || "you"} if anything changes.`,
    requestedText: "The time is kept for you until the clinic confirms it.",
    reference: "Reference",
    keepLink: "That page has a private address: keep it like a password, and you can come back to it.",
    offWaitlist: "You are off the waitlist, and we no longer keep the time that we offered you.",
    manage: "Move or cancel this visit",
    calendar: "Add to calendar",
    cancelUntil: (when) => `You can cancel online until ${when}.`,
    takenTitle: "Somebody was faster",
    alternatives: "These times are near it:",
    refusals: {
      SLOT_TAKEN: "This time has just been taken.",
      NOT_OFFERED: "This time is no longer offered. Please choose another one.",
      TOO_SOON: "This time is too soon to be booked online. Please choose a later one, or call us.",
      TOO_FAR: "This time is too far ahead. Please choose an earlier one.",
      DAILY_LIMIT: "There are no more visits of this kind on that day. Please choose another day.",
      HOLD_EXPIRED: "We could not keep this time any longer. Please choose another one.",
      CUTOFF_PASSED: "It is too late to do this online. Please call us.",
      INVALID_STATE: "This visit cannot be changed any more.",
      INVALID_INPUT: "One of the details is not accepted. Please check them.",
      IDEMPOTENCY_CONFLICT: "We have this booking already, with other details. Please call us to change them.",
      NOT_FOUND: "This time is no longer kept for you. Please choose again.",
      RATE_LIMITED: "We cannot keep this time any longer, or take more requests, at this moment. Please book now, or try again in a few minutes.",
    },
    offline: "We could not reach the clinic. Nothing is booked twice if you send it again.",
    sendAgain: "Send again",
  },
  waitlist: {
    noneSuits: "None of these suit?",
    nothingAtAll: "There are no free times to book online at present.",
    join: "Join the waitlist",
    hint: "If another time becomes free on the days that you choose, we keep it for you and tell you. Times that are free now can be booked directly.",
    from: "First day",
    to: "Last day",
    dayMissing: "Please enter a day.",
    dayBefore: "The last day cannot be before the first.",
    daysPassed: "These days have passed.",
    daysWrong: "Please choose at most 92 days, within the next two years.",
    phoneHint: "A time is kept for a short while, and we reach you sooner by phone.",
    privacy: "We use these details for the waitlist alone.",
    joining: "Joining…",
    offline: "We could not reach the clinic. You get one place only, however often you send it.",
    refusals: {
      NOT_OFFERED: "This is no longer offered as you chose it. Please choose another person or place, or call us.",
      IDEMPOTENCY_CONFLICT: "You are on the waitlist already, with other details. Please call us to change them.",
      RATE_LIMITED: "The waitlist takes nobody else from your internet connection at the moment. Please try again later, or call us.",
    },
    doneTitle: "You are on the waitlist",
    position: "Your place",
    next: "What happens next",
    nextSteps: (email) => [
      "When a time becomes free on these days, we keep it for you for a while.",
      `We then write to ${email || "you"} or call you, with a link to book it.`,
      "If it does not suit you, there is nothing to do. Others are offered it then, and you stay on the waitlist.",
    ],
    later: "To change something, or to leave the waitlist later, call us and name your reference.",
    leave: "Leave the waitlist",
    leaveText: "You lose your place, and any time that is kept for you.",
    leaveNow: "Yes, leave it",
    leaveOffline: "We could not reach the clinic. Please try again.",
    leftTitle: "You have left the waitlist",
    left: "We tell you of no more free times. You can join again whenever you like.",
  },
  offer: {
    title: "A time has become free for you",
    overTitle: "This offer is over",
    over: "The time is no longer kept for you, or you have booked it already. Perhaps another one suits you.",
    freeTimes: "Look at the free times",
  },
  visit: {
    title: "Your visit",
    unknown: "This link is unknown or has ended. Call us if you have a question about your visit.",
    statuses: {
      REQUESTED: "Waiting for the clinic to confirm",
      BOOKED: "Booked",
      ARRIVED: "You have arrived",
      FULFILLED: "Took place",
      CANCELLED: "Cancelled",
      DECLINED: "The clinic could not confirm it",
      NO_SHOW: "Missed",
    },
    move: "Move to another time",
    cancel: "Cancel the visit",
    moveTitle: "Move your visit",
    moveTo: (when) => `Move to ${when}`,
    now: "Present time",
    then: "New time",
    moved: "Your visit has been moved.",
    cancelTitle: "Cancel this visit?",
    cancelText: "The time becomes free for others.",
    reason: "Reason",
    cancelNow: "Yes, cancel it",
    keep: "No, keep it",
    cancelled: "Your visit is cancelled.",
    tooLate: "It is too late to change this visit online. Please call us.",
    bookAnother: "Book another visit",
  },
};
