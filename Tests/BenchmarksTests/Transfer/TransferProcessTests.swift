import Foundation
import Testing

@testable import Benchmarks

/// What is read from the system and given to it.
@Suite struct TransferProcessTests {
    @Test(arguments: [
        ("7 (worker) S 1 7 7 0 -1 4194560 10 0 0 0 120 34 0 0 20 0 9 0 1 1", 154),
        ("7 (a (odd) name) R 1 7 7 0 -1 4194560 10 0 0 0 1 2 0 0 20 0 9 0 1 1", 3),
        ("7 (short) R 1 2 3", nil),
        ("", nil),
    ])
    func `ticks of a process`(text: String, expected: Int?) {
        #expect(ProcessorTime.ticks(inStat: text) == expected)
    }

    @Test func `a process's own time rises with its work, and a missing process is an error`() throws {
        let own = ProcessInfo.processInfo.processIdentifier
        let before = try ProcessorTime.seconds(of: own)
        var word: UInt64 = 1
        let deadline = Date(timeIntervalSinceNow: 20)
        while try ProcessorTime.seconds(of: own) < before + 0.02, Date() < deadline {
            for _ in 0..<1_000_000 { word = word &* 6_364_136_223_846_793_005 &+ 1 }
        }
        #expect(try ProcessorTime.seconds(of: own) >= before + 0.02, "\(word)")
        #expect(throws: BenchFailure.self) { try ProcessorTime.seconds(of: Int32.max) }
    }

    @Test func `the guard ends what it was told of and removes the folder`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "baton-guard-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let cleanup = try BenchGuard(folder: folder)
        let log = folder.appending(path: "log")
        let doomed = try BenchProcess(name: "doomed", command: ["/bin/sleep", "600"], log: log)
        let spared = try BenchProcess(name: "spared", command: ["/bin/sleep", "600"], log: log)
        defer { spared.kill() }
        for process in [doomed, spared] { try cleanup.add(process.identifier) }
        try cleanup.drop(spared.identifier)
        try cleanup.finish()
        try Polling.until("the guarded process ends") { !doomed.isRunning }
        #expect(spared.isRunning)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func `a program that fails tells what it wrote`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-fail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = try BenchProcess(
            name: "failing",
            command: ["/bin/sh", "-c", "echo no luck; exit 3"],
            log: folder.appending(path: "log")
        )
        let error = #expect(throws: BenchFailure.self) { try process.finish(limit: 30) }
        #expect(error?.description.contains("no luck") == true, "\(error.map(\.description) ?? "")")
    }

    @Test(arguments: [
        (0, "0.000000000"), (0.000_390_625, "0.000390625"), (12.5, "12.500000000"), (1e-9, "0.000000001"),
    ])
    func `times in profiles have no exponent`(seconds: Double, text: String) {
        #expect(BenchProfile.decimal(seconds) == text)
    }
}
