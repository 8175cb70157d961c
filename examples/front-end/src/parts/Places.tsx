import type { PlaceFragment } from "../api/generated/graphql";

/** Street, city and phone of a location. */
export function AddressLines({ location }: { location: PlaceFragment }) {
  const { street, city, region, postalCode } = location.address;
  const lines = [street, [city, [region, postalCode].filter(Boolean).join(" ")].filter(Boolean).join(", ")];
  return (
    <address>
      {lines.filter(Boolean).map((line) => (
        <span key={line}>{line}</span>
      ))}
      {location.phone && <a href={`tel:${location.phone.replace(/[^+\d]/g, "")}`}>{location.phone}</a>}
    </address>
  );
}
