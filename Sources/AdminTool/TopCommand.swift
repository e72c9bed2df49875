internal import ArgumentParser
internal import DaemonKit
internal import Foundation
internal import ServingTypes

/// `batonctl top`: the cluster live.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch workers, links and requests live.",
        usage: "batonctl top [--interval SECONDS] [--once] [ROUTER OPTIONS]",
        discussion: "Keys: q quits, ? shows the others. Figures for programs: batonctl status -o json."
    )

    @Option(name: .shortAndLong, help: ArgumentHelp("Ask the router this often.", valueName: "seconds"))
    var interval = 2.0

    @Flag(help: "Print one frame as text, of a second.")
    var once = false

    @Option(help: ArgumentHelp("Colours.", valueName: "when"))
    var color = ColorMode.auto

    @OptionGroup var options: RouterOptions

    func validate() throws {
        guard interval >= 0.1, interval <= 3_600 else {
            throw ValidationError("--interval is \(interval); use 0.1 to 3600 seconds")
        }
    }

    func run() throws {
        let output = StandardOutput()
        if once { return try printFrame(to: output) }
        guard output.isPaintable, StandardInput.isTerminal else {
            throw Complaint(
                .usage,
                "top draws on a terminal, and this is none. For one frame as text: batonctl top --once; "
                    + "for figures again and again: batonctl status --watch, with -o json for programs."
            )
        }
        let bell = try NewsBell()
        let terminal = try LiveTerminal(bell: bell, readsKeys: true)
        let interval = Duration.fromSeconds(interval)
        let feed = RouterFeed(options: options, interval: interval, bell: bell, fetch: Self.snapshot)
        feed.start()
        defer { feed.stop() }
        var screen = TopScreen(
            interval: interval,
            router: options.routerAddress,
            isColored: color.isOn(output)
        )
        try screen.run(on: terminal, feed)
    }

    /// One frame with room for all rows; its rates are of a second.
    private func printFrame(to output: StandardOutput) throws {
        var model = TopModel(interval: .fromSeconds(interval))
        let last = try options.withSession { session in
            model.take(try Self.snapshot(session))
            Thread.sleep(forTimeInterval: 1)
            return try Self.snapshot(session)
        }
        model.take(last)
        let rows = last.cluster.workers.count + last.cluster.links.count + last.requests.requests.count
        let size = TerminalSize(columns: output.width ?? Shown.plainWidth, rows: rows + 18)
        var lines = model.frame(size: size, clock: TimeOfDay.text).dropLast()
        while lines.last?.plain.isEmpty == true { lines.removeLast() }
        let isColored = color.isOn(output)
        output.write(lines.map { $0.rendered(isColored: isColored) + "\n" }.joined())
    }

    private static func snapshot(_ session: AdminSession) throws -> TopSnapshot {
        let cluster = try session.document(.cluster, ClusterDocument.self)
        let requests = try session.document(.requests, RequestsDocument.self)
        return TopSnapshot(cluster: cluster, requests: requests, time: RouterFeed<TopSnapshot>.now)
    }
}
