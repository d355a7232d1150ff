// An answer may be older than the news that came while it was on its way. What changed since an answer was asked for is asked
// for once more, one answer after the other, so that the last one shown is never the older one.

// `draw` shows one thing, by its key; `isShown` tells whether there is anything to draw it in.
export function freshness(draw, isShown = () => true) {
  const changedAt = new Map();
  const underWay = new Map();

  const isNewerThan = (key, asked) => changedAt.get(key) >= asked;

  async function drawUntilFresh(key) {
    let asked;
    do {
      if (!isShown(key)) return; // whoever shows it asks `isNewerThan`
      asked = performance.now();
      await draw(key);
    } while (isNewerThan(key, asked));
  }

  function redraw(key) {
    const drawing = underWay.get(key) ?? drawUntilFresh(key).finally(() => underWay.delete(key));
    underWay.set(key, drawing);
    return drawing;
  }

  return {
    isNewerThan,
    note: (key) => changedAt.set(key, performance.now()),
    redraw,
    changed(key) {
      changedAt.set(key, performance.now());
      return redraw(key);
    },
    forget: () => changedAt.clear(),
  };
}
