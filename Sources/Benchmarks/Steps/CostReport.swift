internal import ServingTypes

/// What `baton-bench cost` prints.
struct CostReport: Codable {
    /// Steps of one kind after the warm-up.
    struct Row: Codable {
        var kind: String
        var steps: Int
        /// Share of steps whose time was predicted within 20 %.
        var within20: Double
        /// Mean signed error of late, as a share of the prediction.
        var bias: Double

        enum CodingKeys: String, CodingKey {
            case kind, steps, bias
            case within20 = "within_20"
        }
    }

    /// The model's coefficients, in seconds.
    struct Coefficients: Codable {
        var a, b, d, m, e, f, g: Double

        init(_ cost: CostCoefficients) {
            (a, b, d, m, e, f, g) = (cost.a, cost.b, cost.d, cost.m, cost.e, cost.f, cost.g)
        }

        var text: String { "a \(a)  m \(m)  b \(b)  d \(d)  e \(e)  f \(f)  g \(g)" }
    }

    var bench = "cost"
    var machine = MachineReport.current
    var rows: [Row]
    /// Share of all steps predicted within 20 %.
    var within20: Double
    var prior: Coefficients
    var fitted: Coefficients?

    init(rows: [Row], prior: CostCoefficients, fitted: CostCoefficients?) {
        self.rows = rows
        let steps = rows.reduce(0) { $0 + $1.steps }
        let near = rows.reduce(0) { $0 + $1.within20 * Double($1.steps) }
        within20 = steps > 0 ? near / Double(steps) : 0
        self.prior = Coefficients(prior)
        self.fitted = fitted.map { Coefficients($0) }
    }

    enum CodingKeys: String, CodingKey {
        case bench, machine, rows, prior, fitted
        case within20 = "within_20"
    }

    /// The table for a person.
    var text: String {
        let number = ReportText.number
        let cells = rows.map { [$0.kind, "\($0.steps)", number($0.within20), number($0.bias)] }
        return """
            \(ReportText.table(["step", "steps", "within 20 %", "bias"], cells))
            all within 20 %: \(number(within20))
            prior   \(prior.text)
            fitted  \(fitted?.text ?? "none")
            """
    }
}
