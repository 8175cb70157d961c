import { useSite } from "../app";
import { NextFree, langOf } from "../parts/Cards";
import { localAddress } from "../parts/Frame";
import { Title } from "../parts/Title";
import type { ScreenProps } from "../screens";

/** The first step of booking where no procedure is chosen yet. */
export function Choosing({ data: { list }, screen }: ScreenProps<"choosing">) {
  const { text, language } = useSite();
  return (
    <div class="narrow top">
      <Title>{text.booking.chooseProcedure}</Title>
      <ul class="choices">
        {list.nodes.map((procedure) => (
          <li key={procedure.id}>
            <a href={localAddress(screen.locale, `/book/${procedure.path.split("/").at(-2) ?? ""}/`)}>
              <strong lang={langOf(procedure.locale, language)}>{procedure.title}</strong>
              <NextFree procedure={procedure} />
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
