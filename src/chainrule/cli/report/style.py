"""How the page looks: light and dark, on a desk and on a phone."""

__all__ = ["STYLE"]

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f3f5f9; --text: #1b2330; --soft: #4a5568; --line: #d9dee7;
  --value: #0a7d32; --gradient: #c1121f; --train: #2f5fd0; --held-out: #b45309;
  --plus: #c1121f; --minus: #2f5fd0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --panel: #1d232d; --text: #e7ebf2; --soft: #aab4c4; --line: #333c4b;
    --value: #63d489; --gradient: #ff8f8f; --train: #8fb2ff; --held-out: #f3a952;
    --plus: #ff8f8f; --minus: #8fb2ff;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--text); line-height: 1.55; font-size: 1rem;
  font-family: "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: clamp(1.25rem, 4vw, 3rem) }
h1 { font-size: clamp(1.5rem, 4vw, 2rem); line-height: 1.25; margin: 0 0 .5rem; font-weight: 650 }
h2 { font-size: 1.25rem; margin: 3rem 0 .25rem; font-weight: 650 }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; font-weight: 650 }
p { margin: 0 0 1rem; max-width: 42rem }
small, .soft { color: var(--soft) }
code { font-size: .95em; background: var(--panel); border-radius: 4px; padding: .1em .35em; overflow-wrap: anywhere }
figure { margin: 0 }
figcaption { font-size: .875rem; line-height: 1.35; margin-top: .4rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th { font-weight: 600 }
sup { line-height: 0; font-size: .75em }

.facts { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 1.25rem 0 0; padding: 0 }
.facts div { display: flex; flex-direction: column-reverse }
.facts dt { color: var(--soft); font-size: .875rem }
.facts dd { margin: 0; font-size: 1.5rem; font-weight: 650; line-height: 1.3 }

.circuit { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px }
.circuit svg { display: block; margin: 0 auto; max-width: 100%; height: auto }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.5rem }
.legend { display: flex; gap: 1.5rem; font-size: .875rem; margin: 0 0 .75rem }
.legend svg { width: 2rem; height: .8rem; margin-right: .4rem; vertical-align: -1px }
.curves { display: block; width: 100%; height: auto }
.curves text { font-size: 14px; fill: var(--soft) }
.curves .end { text-anchor: end }
.curves .middle { text-anchor: middle }
.curves .rule { stroke: var(--line); stroke-width: 1 }
.line { fill: none; stroke-width: 2.25; stroke-linejoin: round }
.line.train { stroke: var(--train); stroke-dasharray: 5 3 }
.line.held-out { stroke: var(--held-out) }

.confusion { font-size: .95rem; table-layout: fixed; width: 100%; max-width: 34rem }
.confusion th, .confusion td { text-align: center; padding: 0; height: 2.1rem; border: 2px solid var(--paper) }
.confusion .corner { font-size: .7rem; line-height: 1.1; color: var(--soft) }
.confusion .none { color: var(--line) }
.confusion .right { background: color-mix(in srgb, var(--value) calc(8% + 14% * var(--share)), var(--paper)) }
.confusion .wrong { background: color-mix(in srgb, var(--gradient) 30%, var(--paper)); font-weight: 650 }

.heat, .product { display: block; width: 100%; height: auto }
.paper { fill: var(--panel) }
.plus { fill: var(--plus) }
.minus { fill: var(--minus) }
.heat.ink .plus { fill: var(--text) }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: 1.25rem }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 12rem)); gap: 1.5rem; margin-bottom: 1.5rem }

.strip { margin: 0 0 1.25rem; max-width: 42rem }
.strip p { margin: 0 0 .25rem }
.bars { width: 100%; max-width: 42rem }
.bars th { text-align: right; padding-right: .6rem; width: 1.5rem }
.bars .track { width: auto; padding: .2rem 0 }
.bars .number { width: 4.2rem; text-align: right }
.bars .note { width: 6.8rem; padding-left: .6rem; font-size: .875rem; color: var(--soft) }
.bar { display: block; min-width: 2px; height: .9rem; background: var(--soft); border-radius: 0 3px 3px 0 }
.bar.right { background: var(--value) }
.bar.wrong { background: var(--gradient) }

.products { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 1.5rem 2rem;
  align-items: start }
.scale { display: flex; align-items: center; gap: .6rem; font-size: .875rem; color: var(--soft); margin: 0 0 1rem }
.scale i { width: 9rem; height: .8rem; border-radius: 2px;
  background: linear-gradient(90deg, var(--minus), var(--panel), var(--plus)) }
.sizes { width: 100%; max-width: 34rem; font-size: .95rem }
.sizes th, .sizes td { text-align: right; padding: .35rem 0 .35rem 1rem; border-top: 1px solid var(--line);
  font-weight: 400 }
.sizes td { white-space: nowrap }
.sizes th:first-child { text-align: left; padding-left: 0 }
.sizes thead th { border-top: 0; color: var(--soft); font-size: .875rem }
footer { margin-top: 3.5rem; border-top: 1px solid var(--line); padding-top: 1rem; font-size: .9rem;
  color: var(--soft) }
@media (max-width: 40rem) {
  .bars .note { width: 6.4rem }
  .confusion { font-size: .85rem }
}
@media print { h2 { break-after: avoid } figure, .charts { break-inside: avoid } }
"""
