/* Arranges the editor of regular hours. Controllers start wherever their markup appears, so rows that are added to
   a page later work like stored ones. What a rule means is never computed here: the server says it. */
(() => {
  const { Controller } = window.StimulusModule;
  const SUMMARY_DELAY_MS = 250;
  const UNITS = {
    weekly: ["week", "weeks"],
    daily: ["day", "days"],
    "monthly-weekday": ["month", "months"],
    "monthly-day": ["month", "months"],
    yearly: ["year", "years"],
  };

  class RecurrenceController extends Controller {
    static targets = [
      "controls", "pattern", "part", "weekday", "ordinal", "group", "monthDay", "month", "interval", "unit", "text",
    ];

    connect() {
      this.controlsTarget.hidden = false;
      this.arrange();
    }

    get textarea() {
      return this.textTarget.querySelector("textarea");
    }

    compose(event) {
      this.arrange();
      if (event.target !== this.textarea && this.patternTarget.value !== "advanced") {
        this.textarea.value = this.rule();
      }
    }

    arrange() {
      const pattern = this.patternTarget.value;
      this.partTargets.forEach((part) => {
        part.hidden = !part.dataset.patterns.split(" ").includes(pattern);
      });
      this.textTarget.hidden = pattern !== "advanced";
      const [one, many] = UNITS[pattern] || ["", ""];
      this.unitTarget.textContent = this.intervalTarget.value === "1" ? one : many;
    }

    rule() {
      const interval = this.intervalTarget.value.trim();
      const every = interval === "1" || interval === "" ? "" : `;INTERVAL=${interval}`;
      const group = this.groupTarget.value;
      const ordinal = this.ordinalTarget.value;
      const monthDay = this.monthDayTarget.value;
      switch (this.patternTarget.value) {
        case "daily":
          return `RRULE:FREQ=DAILY${every}`;
        case "monthly-weekday":
          return group.includes(",")
            ? `RRULE:FREQ=MONTHLY${every};BYDAY=${group};BYSETPOS=${ordinal}`
            : `RRULE:FREQ=MONTHLY${every};BYDAY=${ordinal}${group}`;
        case "monthly-day":
          return `RRULE:FREQ=MONTHLY${every};BYMONTHDAY=${monthDay}`;
        case "yearly":
          return `RRULE:FREQ=YEARLY${every};BYMONTH=${this.monthTarget.value};BYMONTHDAY=${monthDay}`;
        default:
          return this.weeklyRule(every);
      }
    }

    /* No day chosen is no rule yet, not "every week on whatever day the hours begin". */
    weeklyRule(every) {
      const days = this.weekdayTargets.filter((box) => box.checked).map((box) => box.value);
      return days.length ? `RRULE:FREQ=WEEKLY${every};BYDAY=${days.join(",")}` : "";
    }
  }

  class TimeController extends Controller {
    /* 9 -> 09:00, 930 -> 09:30, 5pm -> 17:00. What cannot be read stays, for the server to refuse. */
    complete() {
      const typed = this.element.value.trim().toLowerCase();
      const parts = /^(\d{1,2}?)[:.h]?(\d{2})?\s*(am|pm|a|p)?$/.exec(typed);
      if (!parts) return;
      const [, hourText, minutes = "00", half = ""] = parts;
      let hour = Number(hourText);
      if (half && (hour < 1 || hour > 12)) return;
      if (half) hour = (hour % 12) + (half.startsWith("p") ? 12 : 0);
      this.element.value = `${String(hour).padStart(2, "0")}:${minutes}`;
    }
  }

  class HoursSummaryController extends Controller {
    static targets = ["words"];
    static values = { url: String };
    static fields = ["recurrence", "location", "valid_from", "valid_until", "start_time", "end_time"];

    connect() {
      this.row = this.element.closest("[data-inline-panel-child]") || this.element.closest("form");
      this.schedule = () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.refresh(), SUMMARY_DELAY_MS);
      };
      this.row.addEventListener("input", this.schedule);
      this.row.addEventListener("change", this.schedule);
      this.refresh();
    }

    disconnect() {
      window.clearTimeout(this.timer);
      this.request?.abort();
      this.row.removeEventListener("input", this.schedule);
      this.row.removeEventListener("change", this.schedule);
    }

    async refresh() {
      const query = this.query();
      if (query === this.lastQuery) return;
      this.lastQuery = query;
      this.request?.abort();
      this.request = new AbortController();
      try {
        const response = await fetch(`${this.urlValue}?${query}`, {
          signal: this.request.signal,
          headers: { "X-Requested-With": "XMLHttpRequest" },
        });
        if (!response.ok) throw new Error(response.status);
        this.show(await response.json());
      } catch (error) {
        if (error.name === "AbortError") return;
        this.lastQuery = null;
        this.show({ kind: "hint", words: "These hours cannot be put into words right now.", next: "" });
      }
    }

    query() {
      const values = HoursSummaryController.fields.map((name) => {
        const field = this.row.querySelector(`[name$="-${name}"]`);
        return [name, field ? field.value : ""];
      });
      return new URLSearchParams(values).toString();
    }

    show({ kind, words, next }) {
      this.element.dataset.kind = kind;
      const lines = [words, next].filter(Boolean).map((text) => {
        const line = document.createElement("span");
        line.textContent = text;
        return line;
      });
      this.wordsTarget.replaceChildren(...lines);
    }
  }

  class HoursImpactController extends Controller {
    /* Which visits all hours of the form together leave outside, before anything is saved. */
    static targets = ["words", "visits"];
    static values = { url: String };

    connect() {
      this.form = this.element.closest("form");
      this.schedule = () => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.refresh(), SUMMARY_DELAY_MS);
      };
      this.form.addEventListener("input", this.schedule);
      this.form.addEventListener("change", this.schedule);
      /* Rows are added and deleted by buttons. */
      this.form.addEventListener("click", this.schedule);
      this.refresh();
    }

    disconnect() {
      window.clearTimeout(this.timer);
      this.request?.abort();
      for (const event of ["input", "change", "click"]) this.form.removeEventListener(event, this.schedule);
    }

    async refresh() {
      const body = this.body();
      const typed = body.toString();
      if (typed === this.lastTyped) return;
      this.lastTyped = typed;
      this.request?.abort();
      this.request = new AbortController();
      try {
        const response = await fetch(this.urlValue, {
          method: "POST",
          body,
          signal: this.request.signal,
          headers: { "X-Requested-With": "XMLHttpRequest" },
        });
        if (!response.ok) throw new Error(response.status);
        this.show(await response.json());
      } catch (error) {
        if (error.name === "AbortError") return;
        this.lastTyped = null;
        this.show({ kind: "hint", words: "The visits that these hours affect cannot be found right now.", visits: [] });
      }
    }

    body() {
      const wanted = [...new FormData(this.form)].filter(
        ([name]) => name.startsWith("availability_rules-") || name === "csrfmiddlewaretoken",
      );
      return new URLSearchParams(wanted);
    }

    show({ kind, words, visits }) {
      this.element.dataset.kind = kind;
      this.wordsTarget.textContent = words;
      this.visitsTarget.replaceChildren(...visits.map((visit) => this.item(visit)));
    }

    item({ url, label, note }) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = url;
      link.textContent = label;
      item.append(link, note ? ` (${note})` : "");
      return item;
    }
  }

  window.wagtail.app.register("schedules-recurrence", RecurrenceController);
  window.wagtail.app.register("schedules-time", TimeController);
  window.wagtail.app.register("schedules-hours-summary", HoursSummaryController);
  window.wagtail.app.register("schedules-hours-impact", HoursImpactController);
})();
