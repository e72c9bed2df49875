/// The style sheet of the report: one text, no fonts, images or sheets from elsewhere.
enum PageStyle {
    /// Series that can be told apart by colour and dash.
    static let styleCount = 16

    /// Colours that people with any colour vision tell apart (after Okabe and Ito, 2008), darkened for white
    /// paper and lightened for dark screens; four dashes tell apart what shares a colour, and help in print.
    private static let light = [
        "#0072b2", "#d55e00", "#008a64", "#a8508a", "#866800", "#2a97d1", "#4f4f4f", "#6a3fb5",
    ]
    private static let dark = [
        "#5ab4f0", "#ff9a4d", "#3fd0a5", "#ee9ccb", "#e8d44a", "#9fd8ff", "#c8c8c8", "#b9a0ff",
    ]
    private static let dashes = ["none", "8 3", "2 3", "9 3 2 3"]

    static let text = variables + layout + tables + charts + series + media

    private static func colors(_ list: [String]) -> String {
        list.enumerated().map { "--c\($0):\($1)" }.joined(separator: ";")
    }

    private static let variables = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1c1f23;--soft:#5a626c;--rule:#d5dae0;--faint:#eceff2;
        --card:#f7f8fa;--good:#00694b;--bad:#b3261e;--knee:#6a3fb5;\(colors(light))}
        @media screen and (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e7eaee;--soft:#a3acb7;
        --rule:#3a424c;--faint:#252b32;--card:#1b2026;--good:#4cd6a8;--bad:#ff8f85;--knee:#b9a0ff;
        \(colors(dark))}}

        """

    private static let layout = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
        header,main,footer{max-width:2480px;margin:0 auto;padding:0 clamp(14px,2.5vw,40px)}
        header{padding-top:22px}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:20px;margin:34px 0 8px;padding-top:14px;border-top:1px solid var(--rule)}
        h3{font-size:16px;margin:22px 0 8px;overflow-wrap:anywhere}
        p{margin:6px 0;max-width:80ch;overflow-wrap:anywhere}
        .lead,.note{color:var(--soft)}.note{font-size:13px;margin:2px 4px 0}
        .skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--page);padding:6px}
        nav{display:flex;flex-wrap:wrap;gap:2px 18px;margin:12px 0 0}
        a{color:var(--c0)}
        a:focus-visible,input:focus-visible,summary:focus-visible,.plot:focus-visible,.scroll:focus-visible
        {outline:3px solid var(--c1);outline-offset:2px}
        .verdicts{display:flex;flex-wrap:wrap;gap:10px;margin:14px 0;padding:0;list-style:none}
        .verdict{border:1px solid var(--rule);border-left:6px solid var(--soft);border-radius:6px;
        background:var(--card);padding:8px 14px;max-width:100%;overflow-wrap:anywhere}
        .verdict.met{border-left-color:var(--good)}.verdict.missed{border-left-color:var(--bad)}
        .verdict b{font-size:17px}.met>b,.better{color:var(--good)}.missed>b,.worse{color:var(--bad)}
        .tables{display:flex;flex-wrap:wrap;gap:0 44px;align-items:flex-start}.tables>*{max-width:100%}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:0 28px;
        margin:10px 0;padding:0}
        .facts div{display:flex;justify-content:space-between;gap:14px;border-bottom:1px solid var(--faint);
        padding:3px 0}
        .facts dt{color:var(--soft);flex:none}.facts dd{margin:0;text-align:right;overflow-wrap:anywhere;
        min-width:0}
        .figures{display:grid;gap:18px;
        grid-template-columns:repeat(auto-fill,minmax(min(100%,540px),1fr))}
        details{margin:8px 0}summary{cursor:pointer;font-weight:600;padding:5px 0;overflow-wrap:anywhere}
        footer{color:var(--soft);font-size:13px;padding-top:26px;padding-bottom:26px}

        """

    private static let tables = """
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:6px 0}
        caption{text-align:left;color:var(--soft);font-size:13px;padding:0 0 4px}
        th,td{padding:4px 12px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
        th{font-weight:600}thead th{background:var(--card);vertical-align:bottom;
        white-space:normal;overflow-wrap:anywhere;
        min-width:4.5em;max-width:11em}
        th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;
        min-width:11em;max-width:28em}
        tbody tr:hover{background:var(--faint)}
        td.text{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:14em;max-width:60em}

        """

    private static let charts = """
        figure{margin:0;padding:12px 10px 10px;border:1px solid var(--rule);border-radius:8px;min-width:0;
        background:var(--card);container-type:inline-size;break-inside:avoid}
        figure.full{grid-column:1/-1}
        figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 14px;margin:0 4px 4px}
        .axis label,.legend label{cursor:pointer;white-space:nowrap;font-size:13px}
        .axis label{margin-left:8px}.legend{display:flex;flex-wrap:wrap;gap:0 14px;margin:0 4px}
        .legend label{white-space:normal;overflow-wrap:anywhere;min-height:24px}
        input{accent-color:var(--c0);margin:0 4px 0 0;vertical-align:-1px}
        .key{vertical-align:1px;margin-right:4px;overflow:visible}
        .plot{display:block;overflow:visible;width:calc(100% - var(--left) - 16px);height:260px;
        margin:38px 16px 46px var(--left)}
        .plot text{font-size:12px;fill:var(--soft);paint-order:stroke;stroke:var(--card);stroke-width:3px;
        stroke-linejoin:round}.plot text.title{fill:var(--ink)}
        .plot .ty{text-anchor:end}.plot .tx{text-anchor:middle}
        .grid line{stroke:var(--rule);stroke-width:1}.grid .minor{stroke:var(--faint)}
        .grid .base{stroke:var(--soft)}
        .curves{overflow:visible}
        .curves path,.key path{fill:none;stroke:var(--c);vector-effect:non-scaling-stroke;
        stroke-linejoin:round}
        .line{stroke-width:2;stroke-dasharray:var(--d)}
        .dot{stroke-linecap:round;stroke-width:4;stroke-opacity:.55}.dot.mid{stroke-width:7;stroke-opacity:1}
        .dot.large{stroke-width:8;stroke-opacity:.8}.none{stroke:none!important}
        .mark line{stroke-width:1.5;stroke:var(--ink)}.plot .mark text{fill:var(--ink);font-weight:600}
        .limit line{stroke:var(--bad);stroke-dasharray:6 4}.plot .limit text{fill:var(--bad)}
        .fault line{stroke:var(--bad)}.plot .fault text{fill:var(--bad)}
        .mark.knee line{stroke:var(--knee);stroke-dasharray:3 3}.plot .mark.knee text{fill:var(--knee)}
        .change line{stroke-width:3;stroke-opacity:.6}.change.same{stroke:var(--soft);fill:var(--soft)}
        .change.better{stroke:var(--good);fill:var(--good)}.change.worse{stroke:var(--bad);fill:var(--bad)}
        .bar{fill:var(--c)}.plot .bar:hover{stroke:var(--ink)}
        .swatch{display:inline-block;width:14px;height:12px;background:var(--c);margin-right:5px;
        vertical-align:-1px}
        @container (max-width:520px){.plot .wide{display:none}}
        figure:has(.to-lin:checked) .plot.log,figure:has(.to-log:checked) .plot.lin{display:none}
        #tip{position:fixed;z-index:2;display:none;pointer-events:none;max-width:min(320px,90vw);
        background:var(--ink);color:var(--page);border-radius:5px;padding:4px 9px;font-size:13px;
        white-space:pre-line;overflow-wrap:anywhere}
        #ring{position:fixed;z-index:1;display:none;pointer-events:none;width:13px;height:13px;
        margin:-6.5px;border:2px solid var(--ink);border-radius:50%}

        """

    private static let series = (0..<styleCount).map { index in
        let dash = dashes[(index / light.count + index) % dashes.count]
        return """
            .s\(index){--c:var(--c\(index % light.count));--d:\(dash)}
            figure:has(.k\(index):not(:checked)) .curves .s\(index),\
            figure:has(.k\(index):not(:checked)) .bar.s\(index){display:none}

            """
    }.joined()

    private static let media = """
        @media (max-width:600px){body{font-size:14px}h1{font-size:21px}.plot{height:220px}
        th,td{padding:4px 8px}figure{padding:10px 4px 8px}}
        @media print{body{font-size:10pt}nav,.axis,.skip,#tip,#ring{display:none!important}
        .legend input{display:none}.figures{grid-template-columns:1fr 1fr}.scroll{overflow:visible}
        h2,h3{break-after:avoid}tr{break-inside:avoid}.plot{height:200px}th,td{padding:3px 6px}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        @media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}

        """
}
