import { useSite } from "../app";
import { localAddress } from "./Frame";

interface SearchFormProps {
  words?: string;
  onInput?: (words: string) => void;
}

export function SearchForm({ words = "", onInput }: SearchFormProps) {
  const { text, screen, navigate } = useSite();
  const action = localAddress(screen.locale, "/search/");
  return (
    <form
      class="search"
      role="search"
      action={action}
      onSubmit={(event) => {
        event.preventDefault();
        const q = String(new FormData(event.currentTarget).get("q") ?? "").trim();
        navigate(q ? `${action}?${new URLSearchParams({ q })}` : action);
      }}
    >
      <label>
        <span class="hidden">{text.searchLabel}</span>
        <input
          type="search"
          name="q"
          maxLength={200}
          defaultValue={words}
          placeholder={text.searchLabel}
          autocomplete="off"
          {...(onInput && { onInput: (event) => onInput(event.currentTarget.value) })}
        />
      </label>
      <button type="submit" class="button">
        {text.search}
      </button>
    </form>
  );
}
