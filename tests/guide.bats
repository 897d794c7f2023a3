#!/usr/bin/env bats
# BUILD_GUIDE.md knows every error text, and docs/manual.md every title of the
# Intel manual that the code cites. The texts are taken from the sources, so a
# new one without a place in the guide fails here.
#
# shellcheck disable=SC2016  # Perl's variables

load helper

# The C and assembly files of the kernels.
sources() {
    find "$root"/common "$root"/h[0-9]*-* "$root"/payload -name '*.[chS]' |
        LC_ALL=C sort
}

# Standard input, a text on each line, cut where something is filled in; the
# pieces that BUILD_GUIDE.md does not have are printed.
not_in_the_guide() {
    perl -e '
        use strict;
        open my $in, "<", shift or die;
        my $guide = join "", <$in>;
        $guide =~ s/\s+/ /g;
        while (my $text = <STDIN>) {
            chomp $text;
            my @pieces = split /\0/, $text;
            for (@pieces) {
                s/^\s+|\s+$//g;
                next if length() < 5;
                print "$_    (of: $text)\n" if index($guide, $_) < 0;
            }
        }' "$root/BUILD_GUIDE.md" | tr '\0' '~'
}

# What failure() and panic() are called with, and the advice of h1.
kernel_texts() {
    sources | xargs perl -e '
        use strict; local $/;
        for my $file (@ARGV) {
            open my $in, "<", $file or die;
            my $code = <$in>;
            while ($code =~ /\b(?:failure|panic)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g) {
                my $text = join "", $1 =~ /"((?:[^"\\]|\\.)*)"/g;
                $text =~ s/%[-#0-9.*]*[hlz]*[a-zA-Z]/\0/g;
                $text =~ s/\\(.)/$1/g;
                print "$text\n";
            }
        }'
}

# What the scripts say when they refuse: usage_error, fail, no, say, and echo
# to standard error, with all their words.
script_texts() {
    perl -e '
        use strict; local $/;
        for my $file (@ARGV) {
            open my $in, "<", $file or die;
            my $code = <$in>;
            $code =~ s/\\\n\s*(?=")/ /g;
            $code =~ s/\\\n//g;
            for (split /\n/, $code) {
                next if /^\s*#/;
                next unless /\b(?:usage_error|fail|no|say) "/ || /echo ".*>&2/;
                s/.*?\b(?:usage_error|fail|no|say|echo) (?=")//;
                s/\$\((?:[^()]|\([^()]*\))*\)/\0/g;
                s/\$\{[^{}]*\}/\0/g;
                s/\$[\w*@#]+/\0/g;
                print join(" ", /"([^"]*)"/g), "\n";
            }
        }' "$root"/update_disk.sh "$root"/tools/{run,deps,kvm-check,make-cd,make-iso,make-stage-iso,new,test,fuzz,refresh-disk} \
        "$root"/tools/lib/*.bash
}

# Quoted strings behind "SDM:" or "SDM," in one comment.
titles() {
    sources | xargs perl -e '
        use strict; local $/;
        for my $file (@ARGV) {
            open my $in, "<", $file or die;
            my $code = <$in>;
            while ($code =~ m{/\*(.*?)\*/}sg) {
                my $comment = $1;
                $comment =~ s/\s*\n\s*\*?\s*/ /g;
                next unless $comment =~ s/.*?SDM[:,]//;
                for ($comment =~ /"([A-Z0-9][^"]+)"/g) {
                    print "$_\n" unless /SDM/;
                }
            }
        }' | LC_ALL=C sort -u
}

@test "the guide has every text of failure() and panic()" {
    (($(kernel_texts | wc -l) > 100))
    run not_in_the_guide < <(kernel_texts)
    assert_output ""
}

@test "the guide has every text with which a script refuses" {
    (($(script_texts | wc -l) > 30))
    run not_in_the_guide < <(script_texts)
    assert_output ""
}

@test "docs/manual.md has every title that the code cites" {
    (($(titles | wc -l) > 50))
    run grep -vxFf <(grep -o '"[^"]*"' "$root/docs/manual.md" | tr -d '"') \
        <(titles)
    assert_output ""
}

@test "no link in the documents leads nowhere" {
    cd "$root" || return 1
    for file in *.md h[0-9]*-*/README.md docs/*.md docs/*/*.md; do
        while read -r target; do
            [[ -e $(dirname "$file")/$target ]] || echo "$file: $target"
        done < <(grep -oE '\]\([^)#: ]+' "$file" | sed 's/^](//')
    done >"$BATS_TEST_TMPDIR/broken"
    run cat "$BATS_TEST_TMPDIR/broken"
    assert_output ""
}
