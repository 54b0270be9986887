import type { Case } from './case.ts';

/** Files with names of all byte values but `/` and NUL, one byte each, and a folder with a long such name. */
const ALL_BYTES = String.raw`
  mkdir from
  high=
  for ((i = 1; i < 256; i++)); do
    ((i == 47)) && continue
    printf -v escape '\\x%02x' $i
    printf -v byte "$escape"
    echo $i > "from/byte-$byte"
    ((i > 127)) && high+=$byte
  done
  mkdir "from/$high"; echo deep > "from/$high/$high"`;

/** Programs that start ssh. */
export const clientCases: readonly Case[] = [
  {
    name: 'as-ssh-rsync-all-bytes',
    title: 'rsync -a --delete between trees whose names hold all byte values',
    needs: ['rsync'],
    line: `${ALL_BYTES}
      to=to-$high; mkdir "$to" back; touch "$to/stale" back/stale
      rsync -a --delete -e "$SSH" from/ "$HOST:$PWD/$to/"; echo $?
      rsync -a --delete -e "$SSH" "$HOST:$PWD/$to/" back/; echo $?
      diff -r from back && find back -type f -printf x | wc -c`,
    shows: /^0\n0\n255\n/,
  },
  {
    name: 'as-ssh-rsync-errors',
    title: 'rsync: a missing source and a missing target',
    needs: ['rsync'],
    line: `
      rsync -a -e "$SSH" $HOST:/no/such/folder/ .; echo $?
      echo content > a; rsync -a -e "$SSH" a $HOST:/no/such/folder/; echo $?`,
    explained: true,
    shows: /23\n\d+\n/,
  },
  {
    name: 'as-ssh-scp',
    title: 'scp, with both protocols, in both directions',
    needs: ['scp'],
    line: String.raw`
      name=$'caf\xe9'; echo content > "$name"; mkdir old new
      scp -O -S $PROGRAM -F $CONF "$name" $HOST:$PWD/old/; echo $?
      scp -S $PROGRAM -F $CONF "$name" $HOST:$PWD/new/; echo $?
      scp -O -S $PROGRAM -F $CONF $HOST:"$PWD/old/$name" back; echo $?
      cat back`,
    shows: /^0\n0\n0\ncontent\n/,
  },
  {
    name: 'as-ssh-scp-quiet',
    title: 'scp -q of a missing file, and with a refused user',
    needs: ['scp'],
    line: `
      scp -q -S $PROGRAM -F $CONF $HOST:/no/such/file .; echo $?
      scp -q -S $PROGRAM -F $CONF no-such-user@$HOST:/etc/hostname .; echo $?`,
    shows: /\b1\n\d+\n/,
  },
  {
    name: 'as-ssh-sftp',
    title: 'sftp: a batch that puts, renames, gets and fails',
    needs: ['sftp'],
    line: `
      echo content > a
      printf 'put a %s/b\\nrename %s/b %s/c\\nget %s/c d\\nget /no/such/file\\n' $PWD $PWD $PWD $PWD |
        sftp -b - -S $PROGRAM -F $CONF $HOST; echo $?`,
    shows: /sftp> rename[^]*1\n/,
  },
  {
    name: 'as-ssh-git',
    title: 'git: clone, push, a rejected push, and a missing repository',
    needs: ['git'],
    line: `
      export GIT_SSH_COMMAND=$SSH GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
      export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
      export GIT_AUTHOR_DATE=@1000000000+0000 GIT_COMMITTER_DATE=@1000000000+0000
      git init -q --bare -b main $HERE/repo.git
      git clone $HOST:$HERE/repo.git one; git clone $HOST:$HERE/repo.git two
      for side in one two; do
        (cd $side; echo $side > file; git add file; git commit -qm $side; git push origin HEAD:main; echo $?)
      done
      git -C $HERE/repo.git log --format=%H main
      rm -rf one/.git two/.git
      git clone $HOST:$HERE/missing.git three; echo $?`,
    explained: true,
    shows: /0\n1\n[0-9a-f]{40}\n128\n/,
  },
];
