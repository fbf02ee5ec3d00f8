#include "report/page_style.h"

namespace mote::pipeline {

std::string_view page_css() {
  return R"css(
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#18212c;--soft:#5a6775;--line:#dfe4ea;--faint:#eef1f4;
--a:#2463b4;--b:#c2701c;--ref:#8b97a5;--good:#1b7a50;--goodbg:#e4f4ec;--bad:#b93224;--badbg:#fbe9e6;--warn:#8a5a00;
--warnbg:#fff5dc;--warnline:#ecc66a;--hit:#2463b4;--miss:#cf4a2c;--on:#fff;
--m0:#4377b8;--m1:#b0763a;--m2:#3f8a6e;--m3:#8f649b;--m4:#a65454;--m5:#747e42}
@media (prefers-color-scheme:dark){:root{--bg:#10151b;--card:#181f27;--ink:#e3e8ee;--soft:#98a5b3;--line:#2c3641;
--faint:#202932;--a:#6fb0f5;--b:#eda35a;--ref:#76838f;--good:#5cc896;--goodbg:#16302a;--bad:#f08575;--badbg:#3a1f1d;
--warn:#f0c566;--warnbg:#2f2817;--warnline:#6b5722;--hit:#5a9ff0;--miss:#ef7350;--on:#0c1116;}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:60px}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums}
main,header .in{max-width:1120px;margin:0 auto;padding:0 20px}
header{padding:34px 0 6px}
h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:19px;margin:0 0 14px;letter-spacing:-.005em}
h3{font-size:14px;margin:24px 0 8px;color:var(--soft);font-weight:600}
p{margin:6px 0;max-width:75ch}
.eyebrow{font-size:12px;letter-spacing:.09em;text-transform:uppercase;color:var(--soft);font-weight:600;margin:0 0 4px}
.lead{color:var(--soft);font-size:16px;margin:6px 0 12px}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin:12px 0 0;padding:0;list-style:none}
.chips li{background:var(--card);border:1px solid var(--line);border-radius:99px;padding:2px 11px;font-size:13px}
.chips span{color:var(--soft)}
nav{position:sticky;top:0;z-index:3;background:var(--bg);border-bottom:1px solid var(--line);margin:18px 0 22px}
nav div{max-width:1120px;margin:0 auto;padding:0 20px;display:flex;gap:22px;overflow-x:auto;scrollbar-width:none}
nav a{color:var(--soft);text-decoration:none;padding:10px 0;font-size:14px;font-weight:500;white-space:nowrap}
nav a:hover,nav a:focus-visible{color:var(--a)}
section>p{margin:10px 0}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:22px 24px 24px;margin:0 0 20px}
.notices{display:grid;gap:10px;margin:0 0 20px}
.notice{border:1px solid var(--warnline);background:var(--warnbg);border-radius:10px;padding:11px 16px}
.notice b{color:var(--warn)}
.notice.note{border-color:var(--line);background:var(--card)}
.notice.note b{color:var(--ink)}
.notice p{margin:2px 0 0;max-width:none}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(158px,1fr));gap:14px;margin:0 0 14px}
.cards.big{grid-template-columns:repeat(auto-fit,minmax(260px,1fr))}
.cards+section{margin-top:20px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;min-width:0}
.card .k{font-size:13px;color:var(--soft);font-weight:500}
.card .v{font-size:24px;font-weight:650;letter-spacing:-.015em;line-height:1.3;white-space:nowrap}
.big .card .v{font-size:36px}
.card .d{font-size:13px;color:var(--soft)}
.card.main{border-top:3px solid var(--a);padding-top:14px}
.strip{display:block;position:relative;height:6px;border-radius:3px;background:var(--faint);margin:8px 0 7px}
.strip i{position:absolute;top:0;bottom:0;border-radius:3px;background:var(--a);opacity:.38;min-width:3px}
.strip b{position:absolute;top:-3px;bottom:-3px;width:3px;margin-left:-1px;border-radius:2px;background:var(--a)}
.ref .strip i,.ref .strip b{background:var(--ref)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:18px 28px;align-items:start}
.one{display:grid;gap:22px;grid-template-columns:minmax(0,1fr)}
.two>*{min-width:0}
.scroll{overflow-x:auto;-webkit-overflow-scrolling:touch;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:14px}
th{font-weight:600;font-size:12.5px;color:var(--soft);text-align:left;vertical-align:bottom;border-bottom:1px solid var(--line);padding:6px 12px 6px 0;white-space:nowrap}
td{padding:5px 12px 5px 0;border-bottom:1px solid var(--faint);vertical-align:middle}
th.n,td.n{text-align:right;padding:5px 0 5px 14px;white-space:nowrap}
th.n+th:not(.n),td.n+td:not(.n){padding-left:24px}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover td{background:var(--faint)}
tfoot td{border-top:1px solid var(--line);border-bottom:0;font-weight:600}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
th button:hover{color:var(--a)}
th[aria-sort=ascending] button::after{content:" \2191"}
th[aria-sort=descending] button::after{content:" \2193"}
.nb{white-space:nowrap}
.clip,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px}
.clip{overflow-wrap:anywhere;min-width:150px;display:inline-block}
.hash{overflow-wrap:anywhere;color:var(--soft)}
.pass,.fail{display:inline-block;border-radius:99px;padding:0 10px;font-size:12.5px;font-weight:600}
.pass{color:var(--good);background:var(--goodbg)}
.fail{color:var(--bad);background:var(--badbg)}
.wrong{color:var(--bad)}.right{color:var(--good)}
.dim{color:var(--soft)}
.bar{display:block;height:7px;border-radius:4px;background:var(--faint);min-width:90px;overflow:hidden;margin:2px 0}
.layers .bar{min-width:44px}.layers th.n,.layers td.n{padding-left:12px}
.bar i{display:block;height:100%;border-radius:4px}
.bar .a{background:var(--a)}.bar .r{background:var(--ref)}
.key{display:flex;gap:18px;font-size:13px;color:var(--soft);margin:0 0 8px;flex-wrap:wrap}
.key i{display:inline-block;width:14px;height:7px;border-radius:4px;margin-right:6px;vertical-align:1px}
.key .a{background:var(--a)}.key .r{background:var(--ref)}
dl{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:4px 18px;margin:0;font-size:14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
svg{display:block;height:auto;font-family:inherit}
svg.chart{width:100%;max-width:620px}
svg.cm{width:100%}
.ct{font-size:13px;font-weight:600;fill:var(--ink)}
.tk{font-size:11px;fill:var(--soft)}
.lg{font-size:11px;fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1}
.axis{stroke:var(--soft);stroke-width:1}
.mark{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 3}
.sr{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
g>.sr{stroke-width:4;stroke-linecap:butt}
.s-a{stroke:var(--a)}.s-b{stroke:var(--b)}
circle.s-a{fill:var(--a)}circle.s-b{fill:var(--b)}
rect.hit:not([fill-opacity]){fill:transparent}
svg.chart rect.hit:hover{fill:var(--a);fill-opacity:.1}
.cal{fill:var(--a)}
.cb{fill:none;stroke:var(--line)}
.cg{stroke:var(--faint);stroke-width:1}.cg.five{stroke:var(--line)}
svg.cm .hit{fill:var(--hit)}.miss{fill:var(--miss)}
.cv{text-anchor:middle;dominant-baseline:central;fill:var(--ink)}.cv.on{fill:var(--on)}
.cn{font-size:12px;fill:var(--soft)}
.m0{fill:var(--m0)}.m1{fill:var(--m1)}.m2{fill:var(--m2)}.m3{fill:var(--m3)}.m4{fill:var(--m4)}.m5{fill:var(--m5)}
.mn{font-size:11px;fill:#fff}
.pics{display:grid;grid-template-columns:repeat(auto-fill,minmax(158px,1fr));gap:14px}
figure{margin:0;min-width:0}
figure img{display:block;width:100%;height:96px;image-rendering:pixelated;border-radius:6px;border:1px solid var(--line)}
figcaption{font-size:13px;margin-top:5px;line-height:1.35}
figcaption .clip{color:var(--soft);font-size:11.5px;min-width:0}
#tip{position:absolute;z-index:9;pointer-events:none;background:var(--ink);color:var(--bg);font-size:12.5px;line-height:1.4;
padding:6px 10px;border-radius:7px;max-width:260px;white-space:pre-line}
footer{max-width:1120px;margin:0 auto;padding:4px 20px 40px;color:var(--soft);font-size:13px}
@media (max-width:720px){
header{padding-top:22px}h1{font-size:25px}
main,header .in,footer,nav div{padding-left:14px;padding-right:14px}
section{padding:18px 16px 20px;border-radius:10px}
.cards{gap:10px;grid-template-columns:1fr 1fr;margin-bottom:10px}.cards.big{grid-template-columns:1fr 1fr}
.big .main{grid-column:span 2}.card{padding:13px 14px}.card.main{padding-top:11px}
.card .v{font-size:20px}.big .card .v{font-size:25px}.big .main .v{font-size:34px}
th,td{padding-right:8px}th.n,td.n{padding-left:8px}
.pics{grid-template-columns:repeat(auto-fill,minmax(136px,1fr))}
.tk,.lg{font-size:13.5px}svg.chart .ct{font-size:15px}
dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 8px}}
@media print{nav{display:none}body{background:#fff}section,.card{break-inside:avoid}}
)css";
}

std::string_view page_script() {
  return R"js(
(function () {
  "use strict";
  function key(row, column) {
    var cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.v);
  }
  function sort(table, head, column) {
    var falling = head.getAttribute("aria-sort") === "descending" ||
        (!head.hasAttribute("aria-sort") && !head.classList.contains("n"));
    var sign = falling ? 1 : -1;
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (p, q) {
      var a = key(p, column), b = key(q, column);
      return a === b ? 0 : (a < b ? -sign : sign);
    });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (each) { each.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", falling ? "ascending" : "descending");
    rows.forEach(function (row) { body.appendChild(row); });
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      if (!head.textContent) return;
      var button = document.createElement("button");
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, head, column); });
    });
  });
  var tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);
  document.addEventListener("click", function (event) {
    var owner = event.target.closest ? event.target.closest("svg g, svg rect") : null;
    var title = owner && owner.querySelector("title");
    tip.hidden = !title;
    if (!title) return;
    tip.textContent = title.textContent;
    var most = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = Math.max(8, Math.min(most, event.pageX - tip.offsetWidth / 2)) + "px";
    tip.style.top = event.pageY + 16 + "px";
  });
})();
)js";
}

}  // namespace mote::pipeline
