/// A chart with its title, legend and note, on a linear and, if asked for, also on a logarithmic axis.
///
/// Legend and choice of axis are check boxes and radio buttons that the style sheet obeys: they work without
/// scripts.
struct Figure {
    /// Which of the two axes a reader sees first.
    enum Form: String { case lin, log }

    /// Unique in the page: letters, digits and dashes.
    let id: String
    let title: String
    var note: Markup = ""
    let x: Axis
    /// Quantity and unit of the y axis.
    let yTitle: String
    let series: [Series]
    var marks: [ChartMark] = []
    /// The linear axis reaches this value at least: 5 for counts, so that no tick stands between two of them.
    var leastTop = 0.0
    /// The form shown first, the other being one press away; `nil` for an axis that is linear only.
    var toggle: Form?

    func html() -> Markup {
        let remark: Markup = note.isEmpty ? "" : "<p class=\"note\">\(note)</p>\n"
        return """
            <figure id="\(id)">
            <figcaption><b>\(title)</b>\(formButtons)</figcaption>
            \(legend)\(charts)\(remark)</figure>

            """
    }

    private var values: [Double] {
        let limits = marks.compactMap { mark in if case .y(let value) = mark.place { value } else { nil } }
        return series.flatMap { $0.points.map(\.y) } + limits
    }

    private var charts: Markup {
        let linear = chart(.fromZero(to: values + [leastTop]))
        guard toggle != nil else { return linear.svg() }
        var first = linear
        first.form = Form.lin.rawValue
        var second = chart(.ratio(around: values))
        second.form = Form.log.rawValue
        second.isLabelled = false
        return first.svg() + second.svg()
    }

    private func chart(_ scale: Scale) -> Chart {
        Chart(title: title, x: x, y: Axis(yTitle, scale), series: series, marks: marks)
    }

    private var formButtons: Markup {
        guard let toggle else { return "" }
        let buttons = [(Form.lin, "linear"), (.log, "log")].map { form, name -> Markup in
            let checked: Markup = form == toggle ? " checked" : ""
            let kind = "to-\(form.rawValue)"
            return """
                <label><input type="radio" class="\(kind)" name="\(id)-axis"\(checked)>\(name)</label>
                """
        }
        return "<span class=\"axis\" role=\"group\" aria-label=\"Axis of \(title)\">\(buttons)</span>"
    }

    private var legend: Markup {
        var seen: Set<Int> = []
        let shown = series.filter { $0.shape != .hidden && seen.insert($0.style).inserted }
        guard shown.count > 1 else { return "" }
        let items = shown.map { series -> Markup in
            let isDots = series.shape == .dots || series.shape == .largeDots
            let outline = isDots ? "M14 5z" : "M1 5H27"
            return """
                <label><input type="checkbox" class="k\(series.style)" checked>\
                <svg class="key" width="28" height="10" aria-hidden="true">\
                <path class="\(isDots ? "dot large" : "line") s\(series.style)" d="\(outline)"/></svg>\
                \(series.name)</label>
                """
        }
        return "<div class=\"legend\" role=\"group\" aria-label=\"Series of \(title)\">\(items)</div>\n"
    }
}
