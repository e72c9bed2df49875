import ServingTypes
import Testing

@testable import Observability

@Suite struct TraceContextTests {
    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    static let span = "00f067aa0ba902b7"

    @Test(
        arguments: [
            ("sampled", "00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01"),
            ("not sampled", "00-\(trace)-\(span)-00", "00-\(trace)-\(span)-00"),
            ("random", "00-\(trace)-\(span)-03", "00-\(trace)-\(span)-03"),
            (
                "flags that version 00 does not know are dropped", "00-\(trace)-\(span)-fd",
                "00-\(trace)-\(span)-01"
            ),
            ("a later version is read as this one", "cc-\(trace)-\(span)-01", "00-\(trace)-\(span)-01"),
            ("a later version may be longer", "cc-\(trace)-\(span)-01-what-ever", "00-\(trace)-\(span)-01"),
            ("a later version goes on after a dash", "cc-\(trace)-\(span)-01.what", nil),
            ("version 00 is not longer", "00-\(trace)-\(span)-01-", nil),
            ("version ff is none", "ff-\(trace)-\(span)-01", nil),
            ("a version has two digits", "0-\(trace)-\(span)-01", nil),
            ("a version has hexadecimal digits", ".0-\(trace)-\(span)-01", nil),
            ("digits are lower-case", "00-\(trace.uppercased())-\(span)-01", nil),
            ("a version is lower-case", "CC-\(trace)-\(span)-01", nil),
            ("a trace of zeros is none", "00-00000000000000000000000000000000-\(span)-01", nil),
            ("a parent of zeros is none", "00-\(trace)-0000000000000000-01", nil),
            (
                "half a trace of zeros is one", "00-0000000000000000a3ce929d0e0e4736-\(span)-01",
                "00-0000000000000000a3ce929d0e0e4736-\(span)-01"
            ),
            ("parts are parted by dashes", "00-\(trace)_\(span)-01", nil),
            ("flags have hexadecimal digits", "00-\(trace)-\(span)-0x", nil),
            ("flags have two digits", "00-\(trace)-\(span)-1", nil),
            ("no text of several bytes per letter", "00-\(trace)-00f067aa0ba902é-01", nil),
            ("two headers are none", "00-\(trace)-\(span)-01, 00-\(trace)-\(span)-01", nil),
            ("a later version's two headers are none", "cc-\(trace)-\(span)-01, cc-\(trace)-\(span)-01", nil),
            ("nothing is none", "", nil),
        ] as [(String, String, String?)]
    )
    func traceparent(requirement: String, text: String, expected: String?) {
        #expect(TraceContext(traceparent: text)?.traceparent == expected, "\(requirement)")
    }

    @Test(arguments: [
        (
            "members are kept in order", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
        ),
        ("spaces and empty members go", " rojo=1 ,\t, congo=2,", "rojo=1,congo=2"),
        ("a value may hold spaces and signs", "a=b c/*@!", "a=b c/*@!"),
        ("a tenant's key", "1a-2@x/y=v", "1a-2@x/y=v"),
        ("a key begins with a letter or digit", "@a=1", ""),
        ("a key is lower-case", "Foo=1", ""),
        ("a key has a value", "foo", ""),
        ("a value is not empty", "foo=", ""),
        ("a value has no equals sign", "foo=a=b", ""),
        ("a key comes once", "foo=1,foo=2", ""),
        (
            "keys of 256 bytes", String(repeating: "k", count: 256) + "=1",
            String(repeating: "k", count: 256) + "=1"
        ),
        ("keys of 257 bytes", String(repeating: "k", count: 257) + "=1", ""),
        (
            "32 members", (0..<32).map { "k\($0)=v" }.joined(separator: ","),
            (0..<32).map { "k\($0)=v" }.joined(separator: ",")
        ),
        ("33 members", (0..<33).map { "k\($0)=v" }.joined(separator: ","), ""),
    ])
    func tracestate(requirement: String, text: String, expected: String) throws {
        let context = try #require(
            TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-01", tracestate: text)
        )
        #expect(context.state == expected, "\(requirement)")
    }

    @Test("the ratio is met, the identity decides alone, and a higher ratio keeps what a lower one keeps")
    func sampling() throws {
        var random = SystemRandomNumberGenerator()
        let traces = (0..<20_000).map { _ in TraceID(using: &random) }
        var kept: Set<TraceID> = []
        for ratio in [0, 0.1, 0.5, 1] {
            let sampler = TraceSampler(ratio: ratio)
            let now = Set(traces.filter(sampler.keeps))
            #expect(kept.isSubset(of: now))
            #expect(abs(Double(now.count) / Double(traces.count) - ratio) < 0.03, "\(ratio): \(now.count)")
            #expect(traces.allSatisfy { sampler.keeps($0) == now.contains($0) })
            kept = now
        }
        #expect(kept.count == traces.count)
        // The threshold of a quarter, on the last 56 bits.
        let sampler = TraceSampler(ratio: 0.25)
        for (low, isKept) in [(0xFFBF_FFFF_FFFF_FFFF, false), (0x00C0_0000_0000_0000, true)]
            as [(UInt64, Bool)]
        {
            let trace = try #require(TraceID(rawValue: Bytes128(high: 1, low: low)))
            #expect(sampler.keeps(trace) == isKept)
        }
    }
}
