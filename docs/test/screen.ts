// These functions run in the browser, on a page of the site.

/** The pictures that are cut off, or so small that their text is hard to read. */
export function hiddenPictures(): string[] {
  return [...document.querySelectorAll<HTMLImageElement>('.vp-doc img')]
    .filter((image) => image.checkVisibility())
    .filter((image) => {
      const { left, right, width } = image.getBoundingClientRect()
      return left < 0 || right > innerWidth || width < 0.65 * image.naturalWidth
    })
    .map((image) => `${image.width} of ${image.naturalWidth}: ${image.alt}`)
}
