import type { HeroPictureFragment } from "../api/generated/graphql";

interface PictureProps {
  image: HeroPictureFragment | null;
  shape: "card" | "hero" | "portrait";
  sizes: string;
  /** The picture that readers see first: it is fetched before all others. */
  isFirst?: boolean;
}

/** A picture in the formats and sizes of its preset, over its own blur until it is there. */
export function Picture({ image, shape, sizes, isFirst = false }: PictureProps) {
  if (!image) return <span class={`picture ${shape} none`} />;
  const { avif, webp, usual, alt, placeholder } = image;
  return (
    <span class={`picture ${shape}`}>
      {placeholder && <img class="blur" src={placeholder} alt="" aria-hidden="true" />}
      <picture>
        <source type="image/avif" srcset={avif} sizes={sizes} />
        <source type="image/webp" srcset={webp} sizes={sizes} />
        <img
          src={usual.url}
          width={usual.width}
          height={usual.height}
          alt={alt}
          loading={isFirst ? "eager" : "lazy"}
          fetchpriority={isFirst ? "high" : "auto"}
          decoding="async"
        />
      </picture>
    </span>
  );
}
