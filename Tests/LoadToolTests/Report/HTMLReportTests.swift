import Testing
import Workload

@testable import LoadTool

/// The page as a whole: sound, self-contained, bounded, and true to the reports.
@Suite struct HTMLReportTests {
    static let hostile = "</title><script>alert(1)</script>\" onload=\"x' & <b>|\u{202E}"

    static func made(_ change: (inout MadeRuns) -> Void = { _ in }) throws -> RunReport {
        var made = MadeRuns()
        made.count = 200
        change(&made)
        return try made.report()
    }

    static func sweep() throws -> [RunReport] {
        try [4.0, 8, 12, 20, 30].map { rate in
            try made {
                $0.rate = rate
                $0.label = "rate \(Int(rate))"
                $0.count = 300
            }
        }
    }

    static func hostileRun() throws -> RunReport {
        try made {
            $0.model = hostile
            $0.label = hostile
            $0.detail = hostile
            $0.options = [hostile: hostile, "kill": "\(hostile)@3s"]
        }
    }

    enum Page: CaseIterable {
        case one, withoutRows, nothingCompleted, sweep, pair, hostile

        func render() throws -> String {
            switch self {
            case .one: HTMLReport.render([try made()])
            case .withoutRows: HTMLReport.render([try MadeRuns().report(keepsRows: false)])
            case .nothingCompleted: HTMLReport.render([try made { $0.failEvery = 1 }])
            case .sweep: HTMLReport.render(try HTMLReportTests.sweep())
            case .pair: HTMLReport.render([try made(), try made { $0.capacity = 40 }])
            case .hostile: HTMLReport.render([try hostileRun(), try hostileRun()])
            }
        }

        var text: String { get throws { try HTMLReportTests.rendered.get()[self, default: ""] } }

        var balance: TagBalance {
            get throws { try HTMLReportTests.read.get()[self, default: TagBalance("")] }
        }
    }

    /// Rendered and read once for all tests.
    private static let rendered = Result {
        Dictionary(uniqueKeysWithValues: try Page.allCases.map { ($0, try $0.render()) })
    }
    private static let read = rendered.map { pages in pages.mapValues(TagBalance.init) }

    @Test(arguments: Page.allCases)
    func `every tag is closed, every attribute quoted, every id unique and every link inside`(page: Page)
        throws
    {
        let balance = try page.balance
        #expect(balance.problems.isEmpty, "\(page): \(balance.problems.prefix(5))")
        let ids = balance.tags.flatMap { $0.attributes.filter { $0.name == "id" }.map(\.value) }
        #expect(Set(ids).count == ids.count && !ids.isEmpty)
        let links = balance.tags.flatMap { $0.attributes.filter { $0.name == "href" }.map(\.value) }
        #expect(
            !links.isEmpty && links.allSatisfy { $0.hasPrefix("#") && ids.contains(String($0.dropFirst())) }
        )
    }

    @Test(arguments: Page.allCases)
    func `nothing is fetched from anywhere`(page: Page) throws {
        let text = try page.text
        let balance = try page.balance
        let names = Set(balance.tags.map(\.name))
        #expect(names.isDisjoint(with: ["link", "img", "iframe", "object", "embed", "base", "use", "image"]))
        for attribute in balance.tags.flatMap(\.attributes) {
            #expect(!["src", "srcset", "action", "data", "xlink:href"].contains(attribute.name))
            #expect(!attribute.name.hasPrefix("on"))
            #expect(!attribute.value.contains("http:") && !attribute.value.contains("https:"))
        }
        for code in [PageStyle.text, PageScript.text] {
            #expect(
                !code.contains("http") && !code.contains("//") && !code.contains("url(")
                    && !code.contains("@import")
            )
        }
        #expect(text.contains("content=\"default-src 'none'"))
    }

    @Test(arguments: Page.allCases)
    func `no value of the program's own kind shows`(page: Page) throws {
        let text = try page.text
        for word in ["Markup(", "Optional(", "nan", "NaN", "inf%", "RunView("] {
            #expect(!text.contains(word), "\(page) shows \(word)")
        }
    }

    @Test(arguments: Page.allCases)
    func `the same reports give the same bytes`(page: Page) throws {
        #expect(try page.render() == page.text)
    }

    @Test func `names from outside stay text`() throws {
        let text = try Page.hostile.text
        #expect(try Page.hostile.balance.tags.filter { $0.name == "script" }.count == 1)
        #expect(!text.contains("alert(1)</script>") && !text.contains("\u{202E}"))
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    @Test(arguments: Page.allCases)
    func `every place a reader may ask has words, and each form of a figure the same places`(page: Page)
        throws
    {
        var counts: [Int] = []
        var form = 0
        for tag in try page.balance.tags where tag.name == "path" || tag.name == "svg" {
            func value(_ name: String) -> String? { tag.attributes.first { $0.name == name }?.value }
            let kind = value("class") ?? ""
            if tag.name == "svg", kind.hasPrefix("plot") {
                form = 0
                if kind != "plot log" { counts = [] }
            }
            guard tag.name == "path", let outline = value("d"), !kind.contains("bare") else { continue }
            let places = outline.split { "MLz".contains($0) }.count
            if let words = value("data-t") {
                #expect(words.split(separator: "|", omittingEmptySubsequences: false).count == places)
                counts.append(places)
            } else if counts.indices.contains(form), kind.hasPrefix("line s") || kind.hasPrefix("dot") {
                // Keys of the legend come before the first form; the second form follows the first.
                if !outline.hasPrefix("M1 5H") && outline != "M14 5z" {
                    #expect(counts[form] == places)
                    form += 1
                }
            }
        }
        #expect(page == .nothingCompleted || !counts.isEmpty)
    }

    @Test func `a hundred thousand requests stay below 1 MiB, and forty runs below 2 MiB`() throws {
        let large = try Self.made {
            $0.count = 100_000
            $0.outputLimit = 4
        }
        #expect(HTMLReport.render([large]).utf8.count <= 1 << 20)
        let many = try (1...40).map { rate in
            try Self.made {
                $0.rate = Double(rate)
                $0.count = 80
                $0.label = "rate \(rate)"
            }
        }
        let page = HTMLReport.render(many)
        #expect(page.utf8.count <= 2 << 20)
        #expect(page.contains("16 of 40 runs are drawn") && page.contains("8 of 40 runs are drawn"))
    }

    @Test func `the verdict follows the share of good requests`() throws {
        let report = try Self.made()
        let share = try #require(report.goodFraction)
        #expect(share > 0.5 && share < 1)
        #expect(HTMLReport.render([report], requiredShare: share).contains("✓ SLO met"))
        #expect(HTMLReport.render([report], requiredShare: 1).contains("✗ SLO missed"))
    }

    @Test func `a sweep marks the knee between what held and what failed`() throws {
        let runs = try Self.sweep()
        let held = try runs.prefix { try #require($0.goodFraction) >= 0.9 }
        let last = try #require(held.last?.settings.requestRate)
        #expect(held.count >= 2 && held.count < runs.count)
        let page = HTMLReport.render(runs)
        #expect(page.contains("Knee: \(NumberText.plain(last)) requests/s asked for"))
        #expect(page.contains(">knee \(NumberText.plain(last))</text>"))
        #expect(!page.contains("<section id=\"comparison\">"), "unlike loads are not compared")
        #expect(HTMLReport.render(Array(held)).contains("the knee may lie above it"))
    }

    @Test func `runs of one load are compared, with intervals`() throws {
        let page = try Page.pair.text
        #expect(page.contains("<section id=\"comparison\">") && page.contains("95 % interval"))
        #expect(!page.contains("<section id=\"load\">"), "one load is no sweep")
    }

    @Test func `figures of the report stand in the tables`() throws {
        let report = try Self.made()
        let page = HTMLReport.render([report])
        let ttft = try #require(report.metrics[.ttft])
        for value in [ttft.mean, ttft.median, ttft.maximum, report.requestThroughput] {
            #expect(page.contains("<td>\(NumberText.short(value))</td>"))
        }
        #expect(page.contains("kill decode-1:KILL, at 20.002 s") && page.contains(">A</text>"))
        #expect(page.contains("connection reset by peer"))
    }

    @Test func `a report without rows says what is missing`() throws {
        let page = try Page.withoutRows.text
        #expect(page.contains("holds no single requests") && !page.contains("run0-timeline"))
    }
}
