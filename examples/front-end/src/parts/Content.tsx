import type { BodyBlocksFragment } from "../api/generated/graphql";
import { Picture } from "./Picture";

/** Formatted text of the CMS. The API has made it safe. */
export function RichText({ html, className = "prose" }: { html: string; className?: string }) {
  return html ? <div class={className} dir="auto" dangerouslySetInnerHTML={{ __html: html }} /> : null;
}

/** The general body of a page. */
export function Body({ blocks }: { blocks: BodyBlocksFragment[] }) {
  return (
    <>
      {blocks.map((block) => (
        <Block key={block.id} block={block} />
      ))}
    </>
  );
}

function Block({ block }: { block: BodyBlocksFragment }) {
  switch (block.__typename) {
    case "HeadingBlock":
      return <h2>{block.heading}</h2>;
    case "ParagraphBlock":
      return <RichText html={block.content.html} />;
    case "PictureBlock":
      return (
        <figure>
          <Picture image={block.image} shape="hero" sizes="(min-width: 48rem) 44rem, 100vw" />
          {block.caption && <figcaption>{block.caption}</figcaption>}
        </figure>
      );
    case "QuoteBlock":
      return (
        <blockquote class="quote">
          <p>{block.quote}</p>
          {block.attribution && <footer>{block.attribution}</footer>}
        </blockquote>
      );
    case "CalloutBlock":
      return (
        <aside class={`callout ${block.tone}`}>
          <h3>{block.title}</h3>
          <RichText html={block.content.html} />
        </aside>
      );
    default:
      // A block that is newer than this front end.
      return null;
  }
}
