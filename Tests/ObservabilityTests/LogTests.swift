import Foundation
import Logging
import Testing

@testable import Observability

@Suite struct LogTests {
    private func line(
        _ message: String,
        _ fields: Logger.Metadata,
        level: Logger.Level = .info,
        time: Int64 = 0
    ) -> LogLine {
        LogLine(time: time, level: level, message: message, label: "baton", fields: fields)
    }

    @Test("a text line has time, level, event and its fields by name")
    func text() {
        let fields: Logger.Metadata = [
            "bytes": "12", "b": "two words", "a": .stringConvertible(7), "empty": "", "quote": "\"",
            "path": "a=b",
            "list": ["x", "y z"], "map": ["k": "v"], "multi": "a\nb",
        ]
        let expected = """
            2026-11-21T02:22:23.045Z info kv_transfer.completed a=7 b="two words" bytes=12 empty="" \
            list=["x","y z"] map={"k":"v"} multi="a\\nb" path="a=b" quote="\\""

            """
        #expect(line("kv_transfer.completed", fields, time: 1_795_227_743_045).text == expected)
        #expect(
            line("two\nlines", [:], level: .error).text == "1970-01-01T00:00:00.000Z error two\\nlines\n"
        )
    }

    @Test("a JSON line is one object, and no field hides time, level, message or logger")
    func json() throws {
        let fields: Logger.Metadata = [
            "level": "3", "b": "\u{1}\"\\\n\t\r é😀", "list": ["x", ["y": "z"]], "n": .stringConvertible(7),
        ]
        let text = line("a.b", fields, level: .warning).json
        let start =
            #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","message":"a.b","logger":"baton","b":"#
        #expect(text.hasPrefix(start))
        #expect(text.hasSuffix("}\n") && text.filter { $0 == "\n" }.count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        #expect(object["b"] as? String == "\u{1}\"\\\n\t\r é😀")
        #expect(object["level_"] as? String == "3" && object["n"] as? String == "7")
        let list = try #require(object["list"] as? [Any])
        let map = list[1] as? [String: String]
        #expect(list[0] as? String == "x" && map?["y"] == "z")
    }

    @Test(arguments: [
        (0, 1970, 1, 1), (58, 1970, 2, 28), (59, 1970, 3, 1), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
        (20_778, 2026, 11, 21), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1), (2_932_896, 9999, 12, 31),
    ])
    func dates(days: Int, year: Int, month: Int, day: Int) {
        let date = CivilDate(days: days)
        #expect(date.year == year && date.month == month && date.day == day)
    }

    @Test("fields of an event win over the provider's, and these over the logger's; the level filters")
    func handler() throws {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        var handler = LineLogHandler(label: "x", level: .notice, format: .text, output: output)
        handler.metadataProvider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        var logger = Logger(label: "x") { _ in handler }
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "c"] = "logger"
        logger.info("hidden")
        logger.notice("shown", metadata: ["b": "event"])
        logger.error("failed", error: CocoaError(.fileNoSuchFile), metadata: ["error": "own"])
        try pipe.fileHandleForWriting.close()
        let lines = try text(of: pipe).split(separator: "\n").map { $0.drop { $0 != " " } }
        #expect(
            lines == [
                " notice shown a=provider b=event c=logger",
                " error failed a=provider b=provider c=logger error=own",
            ]
        )
    }

    @Test(
        "lines that nobody took are counted in the next one that gets through",
        arguments: LogFormat.allCases
    )
    func losses(format: LogFormat) throws {
        let pipe = Pipe()
        // A descriptor that cannot be written to, until it becomes the pipe.
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let handler = LineLogHandler(
            label: "x",
            level: .info,
            format: format,
            output: LogOutput(descriptor: descriptor)
        )
        let logger = Logger(label: "x") { _ in handler }
        logger.info("one")
        logger.info("two")
        #expect(dup2(pipe.fileHandleForWriting.fileDescriptor, descriptor) == descriptor)
        logger.info("three")
        logger.info("four")
        #expect(dup2(open("/dev/null", O_RDONLY), descriptor) == descriptor)
        try pipe.fileHandleForWriting.close()
        let lines = try text(of: pipe).split(separator: "\n")
        #expect(lines.count == 3)
        switch format {
        case .text: #expect(lines.first?.hasSuffix(" warning log.lost lines=2") == true)
        case .json: #expect(lines.first?.contains("\"log.lost\",\"logger\":\"x\",\"lines\":\"2\"") == true)
        }
    }

    @Test("lines of several threads do not mix")
    func threads() async throws {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let handler = LineLogHandler(label: "x", level: .info, format: .json, output: output)
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                let logger = Logger(label: "x") { _ in handler }
                group.addTask {
                    for step in 0..<50 { logger.info("step", metadata: ["w": "\(worker)", "s": "\(step)"]) }
                }
            }
        }
        try pipe.fileHandleForWriting.close()
        let lines = try text(of: pipe).split(separator: "\n")
        #expect(lines.count == 200)
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    private func text(of pipe: Pipe) throws -> String {
        String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
