internal import ArgumentParser
internal import DaemonKit
internal import ServingTypes

/// What all commands share that show the cluster: its router, the form, colours, and going on showing it.
struct ViewOptions: ParsableArguments, Sendable {
    @OptionGroup var format: OutputOptions

    @Option(
        name: .shortAndLong,
        defaultAsFlag: 2.0,
        help: ArgumentHelp("Show it repeatedly.", valueName: "seconds")
    )
    var watch: Double?

    @Option(help: ArgumentHelp("Colours.", valueName: "when"))
    var color = ColorMode.auto

    @OptionGroup var router: RouterOptions

    func validate() throws {
        // The parser takes an attached word that is no number for none at all.
        let attached = CommandLine.arguments.first { $0.hasPrefix("--watch=") }?.dropFirst("--watch=".count)
        if let attached, Double(attached) == nil {
            throw ValidationError("--watch is \(attached); use 0.1 to 3600 seconds")
        }
        if let watch, !(watch >= 0.1 && watch <= 3_600) {
            throw ValidationError("--watch is \(watch); use 0.1 to 3600 seconds")
        }
    }

    /// Asks the router and shows the answer, once or until the command is ended.
    ///
    /// - Parameters:
    ///   - command: the command's words, for the heading of a watched one.
    ///   - fetch: asks; on a thread of its own while watching.
    func show(_ command: String, _ fetch: @escaping @Sendable (AdminSession) throws -> Shown) throws {
        guard let watch else { return try format.say(try router.withSession(fetch), color: color) }
        let interval = Duration.fromSeconds(watch)
        let bell = try NewsBell()
        let output = StandardOutput()
        let terminal = try LiveTerminal(bell: bell, readsKeys: output.isPaintable && terminalIsInput)
        let feed = RouterFeed(options: router, interval: interval, bell: bell, fetch: fetch)
        feed.start()
        defer { feed.stop() }
        if output.isPaintable {
            let heading = "Every \(watch.formatted()) s: batonctl \(command)"
            var screen = WatchScreen(
                heading: heading,
                router: router.routerAddress,
                format: format.output,
                isColored: color.isOn(output)
            )
            try screen.run(on: terminal, feed)
        } else {
            var log = WatchLog(
                format: format.output,
                router: router.routerAddress,
                isColored: color.isOn(output)
            )
            try log.run(on: terminal, feed)
        }
    }

    private var terminalIsInput: Bool { StandardInput.isTerminal }
}
