import Testing

@testable import LoadTool

@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.0, "0.000"), (0.12345, "0.123"), (1.2344, "1.234"), (12.345, "12.35"), (123.45, "123.5"),
        (999.94, "999.9"), (999.96, "1,000"), (1_234.5, "1,235"), (1_234_567, "1,234,567"),
        (-0.0001, "0.000"),
        (-12.5, "−12.50"), (.nan, "–"), (.infinity, "–"), (1e300, "1e+300"),
    ])
    func `about four digits`(value: Double, expected: String) {
        #expect(NumberText.short(value) == expected)
    }

    @Test func `a value that is missing is a dash`() { #expect(NumberText.short(nil) == "–") }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "−1,234,567"),
        (Int.min, "−9,223,372,036,854,775,808"),
    ])
    func `whole numbers have thousands apart`(value: Int, expected: String) {
        #expect(NumberText.whole(value) == expected)
    }

    @Test(arguments: [
        (1.0, "100 %"), (0.9999, "> 99.9 %"), (0.5, "50.0 %"), (0.0001, "< 0.1 %"), (0, "0 %"),
    ])
    func `a share is all or nothing only if it is`(share: Double, expected: String) {
        #expect(NumberText.percent(share) == expected)
    }

    @Test(arguments: [(0.0, "0 %"), (0.5, "50 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.99999, "99.999 %")])
    func `a percentile has as many nines as it has`(quantile: Double, expected: String) {
        #expect(NumberText.percentile(quantile) == expected)
    }

    @Test(arguments: [(600.0, "600"), (0.25, "0.25"), (0.1, "0.1"), (1_000, "1,000"), (2.0005, "2.001")])
    func `a setting is written plainly`(value: Double, expected: String) {
        #expect(NumberText.plain(value) == expected)
    }

    @Test(arguments: [(1.5, "+1.500"), (-1.5, "−1.500"), (0, "0.000"), (1e-9, "0.000"), (-1e-9, "0.000")])
    func `a difference has a sign unless it prints as zero`(value: Double, expected: String) {
        #expect(NumberText.signed(value) == expected)
    }

    @Test(arguments: [(0.0, "0"), (12.34, "12.3"), (1_000, "1000"), (-0.26, "-0.3"), (0.04, "0")])
    func `a coordinate has a decimal at most`(value: Double, expected: String) {
        #expect(NumberText.coordinate(value) == expected)
    }

    @Test(arguments: [
        (0.0, "0%"), (1, "100%"), (0.5, "50%"), (0.123456, "12.346%"), (0.1, "10%"), (0.00001, "0.001%"),
    ])
    func `a position is a percentage`(value: Double, expected: String) {
        #expect(NumberText.share(value) == expected)
    }
}
