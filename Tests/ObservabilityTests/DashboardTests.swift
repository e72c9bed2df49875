import Foundation
import Testing

@testable import Observability

@Suite struct DashboardTests {
    struct Dashboard: Decodable {
        var uid: String
        var title: String
        var schemaVersion: Int
        var panels: [Panel]
        var templating: Templating
    }

    struct Templating: Decodable {
        var list: [Variable]
    }

    struct Variable: Decodable {
        var name: String
        var type: String
        var definition: String?
    }

    struct Panel: Decodable {
        var id: Int
        var type: String
        var title: String
        var description: String?
        var gridPos: Area
        var targets: [Target]?
        var datasource: Source?
    }

    struct Area: Decodable {
        var x: Int
        var y: Int
        var w: Int
        var h: Int
    }

    struct Source: Decodable, Equatable {
        var type: String
        var uid: String
    }

    struct Target: Decodable {
        var refId: String
        var expr: String
        var datasource: Source
    }

    static let source = Source(type: "prometheus", uid: "${datasource}")

    private func dashboard() throws -> Dashboard {
        let text = try RepositoryFile.text("deploy/grafana/baton.json")
        return try JSONDecoder().decode(Dashboard.self, from: Data(text.utf8))
    }

    @Test("every query asks only for metrics, labels and label values that are declared")
    func queries() throws {
        let dashboard = try dashboard()
        let expressions = dashboard.panels.flatMap { $0.targets ?? [] }.map(\.expr)
        #expect(expressions.count > 60)
        for expression in expressions + dashboard.templating.list.compactMap(\.definition) {
            let query = try QueryText(expression)
            #expect(!query.metrics.isEmpty, "\(expression)")
            #expect(query.problems().isEmpty, "\(query.problems()) in \(expression)")
        }
    }

    @Test("every metric that people look at first is on it")
    func coverage() throws {
        let queries = try dashboard().panels.flatMap { $0.targets ?? [] }.map { try QueryText($0.expr) }
        let shown = Set(queries.flatMap(\.metrics))
        let unshown = MetricCatalogue.sections.filter { $0.title == "Latency" || $0.title == "Predictions" }
            .flatMap(\.metrics).filter { shown.isDisjoint(with: $0.sampleNames) }.map(\.name)
        #expect(unshown.isEmpty)
    }

    @Test("panels have their place, their number and their source, and every variable is there")
    func structure() throws {
        let dashboard = try dashboard()
        let panels = dashboard.panels
        #expect(dashboard.uid == "baton" && dashboard.title == "Baton" && dashboard.schemaVersion >= 36)
        #expect(Set(panels.map(\.id)).count == panels.count)
        let rows = panels.filter { $0.type == "row" }.map(\.title)
        #expect(rows == ["Overview", "Latency", "Stages", "KV and prefixes", "Links", "Failures"])
        for panel in panels {
            let area = panel.gridPos
            #expect(area.x >= 0 && area.w > 0 && area.x + area.w <= 24 && area.h > 0, "\(panel.title)")
            guard panel.type != "row" else { continue }
            let targets = panel.targets ?? []
            #expect(panel.datasource == Self.source && !targets.isEmpty, "\(panel.title)")
            #expect(targets.allSatisfy { $0.datasource == Self.source }, "\(panel.title)")
            #expect(Set(targets.map(\.refId)).count == targets.count && panel.description != nil)
        }
        for (index, panel) in panels.enumerated() {
            for other in panels[..<index] {
                let (a, b) = (panel.gridPos, other.gridPos)
                let isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
                #expect(isApart, "\(panel.title) covers \(other.title)")
            }
        }
        let text = try RepositoryFile.text("deploy/grafana/baton.json")
        let used = Set(text.matches(of: #/\$\{?(?<name>[a-z_]+)/#).map { String($0.name) })
        let defined = Set(dashboard.templating.list.map(\.name))
        let builtIn = used.filter { $0.hasPrefix("__") }
        #expect(used.subtracting(builtIn) == defined)
        #expect(builtIn == ["__rate_interval", "__all"])
    }
}
